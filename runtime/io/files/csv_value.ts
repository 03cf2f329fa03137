/** Text of a CSV file as values of declared types, where DuckDB may not be loaded. The same texts fit
 *  as there. @module */

/** Stands for a text that does not fit. */
export const UNFIT_TEXT: unique symbol = Symbol("a text that does not fit");

/** What a column takes for a text, or `UNFIT_TEXT`; whether it is in the type's range is the column's to say.
 *
 * @param type a declared type without its `not null` */
export function csvValue(text: string, type: string): unknown {
  const name = type.replace(/\d*(\(.*)?$/, "");
  return (READERS[name] ?? ((same: string) => same))(text);
}

const READERS: Readonly<Record<string, (text: string) => unknown>> = {
  int: whole,
  uint: whole,
  float: (text) => {
    const value = Number(text);
    if (/^\s*[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?\s*$/i.test(text)) {
      return Number.isFinite(value) ? value : UNFIT_TEXT;
    }
    const [, sign, word] = /^\s*([+-]?)(nan|inf|infinity)\s*$/i.exec(text) ?? [];
    if (word === undefined) return UNFIT_TEXT;
    return /nan/i.test(word) ? NaN : sign === "-" ? -Infinity : Infinity;
  },
  boolean: (text) => {
    if (/^(true|t|1|yes|y)$/i.test(text)) return true;
    return /^(false|f|0|no|n)$/i.test(text) ? false : UNFIT_TEXT;
  },
  date: (text) => text.trim().replace(/[ T]00:00(:00(\.0+)?)?$/, ""),
  // A moment without zone may say that it is in UTC, and nothing else.
  timestamp: (text) => text.trim().replace(/(\d)\s*(Z|[+-]00(:?00)?)$/, "$1"),
  timestamptz: (text) => {
    const moment = text.trim();
    const zoned = /(Z|[+-]\d\d(:?\d\d)?)$/.test(moment.slice(10)) ? moment : `${moment}Z`;
    return /^\d{4}-\d\d-\d\d$/.test(moment) ? `${moment}T00:00Z` : zoned;
  },
  uuid: (text) => text.trim(),
};

/** `1.0` and `1e3` are whole; `1.5`, `0x10` and `1_000` are not. */
function whole(text: string): unknown {
  const plain = /^\s*([+-]?\d+)(\.0*)?\s*$/.exec(text);
  if (plain) return BigInt(plain[1]!.replace("+", ""));
  const number = /^\s*[+-]?[0-9.]+e[+-]?\d+\s*$/i.test(text) ? Number(text) : NaN;
  return Number.isSafeInteger(number) ? number : UNFIT_TEXT;
}

const MOMENT = /^\d{4}-\d\d-\d\d[ T]\d\d:\d\d(:\d\d(\.\d{1,6})?)?$/;

/** Types in order with what their texts look like: a column has the first that all of its texts do. */
const LOOKS: readonly (readonly [type: string, looks: (text: string) => boolean])[] = [
  ["boolean", (text) => /^(true|false)$/i.test(text)],
  ["int64", isInt64],
  ["float64", (text) => isInt64(text) || isFloat(text)],
  ["date", isDate],
  ["timestamp", (text) => isDate(text) || isMoment(text)],
  ["timestamptz", (text) => isDate(text) || isMoment(text.replace(/(Z|[+-]\d\d(:?\d\d)?)$/, ""))],
];

/** Finds the type of a column that nobody declared: `see` each text, then ask for the type. */
export class CsvLooks {
  #open = LOOKS;
  #hasSeen = false;

  see(text: string): void {
    this.#hasSeen = true;
    if (this.#open[0]?.[1](text) === true) return;
    this.#open = this.#open.filter(([, looks]) => looks(text));
  }

  get type(): string {
    return this.#hasSeen ? this.#open[0]?.[0] ?? "string" : "string";
  }
}

/** Numbers with leading zeros stay text, as do whole numbers beyond 64 bits: they are codes. */
function isInt64(text: string): boolean {
  if (!/^(0|-?[1-9]\d{0,18})$/.test(text)) return false;
  return BigInt.asIntN(64, BigInt(text)) === BigInt(text);
}

function isFloat(text: string): boolean {
  return csvValue(text, "float64") !== UNFIT_TEXT && !/[_\s]|^[+]|^-?0\d|^-?[1-9]\d*$/.test(text);
}

function isDate(text: string): boolean {
  return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text)) &&
    new Date(text).toISOString().startsWith(text);
}

function isMoment(text: string): boolean {
  return MOMENT.test(text) && !Number.isNaN(Date.parse(`${text.replace(" ", "T")}Z`));
}
