/** What a command tells the shell. @module */

/** The exit codes of every command. */
export const EXIT = { completed: 0, failed: 1, wrongUse: 2, cancelled: 130 } as const;

export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

/** The person asked for something that cannot be done as asked: exit code 2, the message alone. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
