/** The inputs of this session, for clients that ask for history. @module */
import type { Json } from "../wire/message.ts";

type Entry = readonly [session: number, line: number, input: string];

/** What was run, in order. */
export class History {
  readonly #entries: Entry[] = [];

  add(count: number, input: string): void {
    this.#entries.push([0, count, input]);
  }

  /** The content of a `history_reply`. */
  answer(request: Json): Json {
    const found = this.#find(request);
    const history = request.output === true
      ? found.map(([session, line, input]) => [session, line, [input, null]])
      : found;
    return { status: "ok", history };
  }

  #find({ hist_access_type, n, pattern, start, stop, unique }: Json): readonly Entry[] {
    if (hist_access_type === "range") {
      const last = typeof stop === "number" ? stop : Infinity;
      return this.#entries.filter(([, line]) => line >= Number(start ?? 0) && line < last);
    }
    const count = typeof n === "number" ? n : this.#entries.length;
    if (count === 0) return [];
    if (hist_access_type !== "search") return this.#entries.slice(-count);
    const matches = globPattern(`${pattern ?? "*"}`);
    const found = this.#entries.filter(([, , input]) => matches.test(input));
    return (unique === true ? lastOfEach(found) : found).slice(-count);
  }
}

function globPattern(pattern: string): RegExp {
  const source = pattern.replaceAll(/[.+^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`^${source.replaceAll("*", "[\\s\\S]*").replaceAll("?", "[\\s\\S]")}$`);
}

function lastOfEach(entries: readonly Entry[]): readonly Entry[] {
  return entries.filter(([, , input], at) =>
    entries.findLastIndex(([, , other]) => other === input) === at
  );
}
