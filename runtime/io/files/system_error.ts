/** Says in one line what the operating system refused, for reading and for writing. @module */

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "permission denied; is the folder or file protected?",
  EPERM: "permission denied; is the folder or file protected?",
  EROFS: "the file system is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  EFBIG: "the file grows beyond what the system allows (ulimit -f)",
  EISDIR: "it is a folder",
  ENOTDIR: "a part of its path is a file, not a folder",
  ELOOP: "its symbolic links lead in a circle",
  ENAMETOOLONG: "its name is too long",
  EMFILE: "too many files are open",
  ENOENT: "it does not exist",
  EEXIST: "it exists already",
};

/** The reason in words, or undefined where `failure` is not the operating system's. */
export function systemReason(failure: unknown): string | undefined {
  for (let cause = failure; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code;
    if (typeof code === "string" && code in REASONS) return REASONS[code];
    if (cause instanceof Deno.errors.NotCapable) return undefined;
    const said = /no space left|disk full/i.test(cause.message)
      ? "ENOSPC"
      : /file too large/i.test(cause.message)
      ? "EFBIG"
      : /read-only file system/i.test(cause.message)
      ? "EROFS"
      : /permission denied/i.test(cause.message)
      ? "EACCES"
      : undefined;
    if (said !== undefined) return REASONS[said];
  }
  return undefined;
}

/** `Cannot read x: permission denied; …` for what the system refused; anything else as it is. */
export function explained(failure: unknown, doing: string): unknown {
  const reason = systemReason(failure);
  return reason === undefined ? failure : new Error(`${doing}: ${reason}`, { cause: failure });
}
