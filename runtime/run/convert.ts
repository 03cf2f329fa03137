/** Converts the text of a parameter's override to the type of its default. @module */

/** `text` as a value of the type that `fallback` has.
 *
 * @throws {TypeError} naming the parameter, the text and the type that was expected.
 *
 * @example
 * ```ts
 * import { convertOverride } from "./convert.ts";
 * console.log(convertOverride("limit", "20", 5)); // 20
 * console.log(convertOverride("zones", '["a"]', ["b", "c"])); // ["a"]
 * ``` */
export function convertOverride(name: string, text: string, fallback: unknown): unknown {
  const kind = kindOf(fallback);
  let cause: unknown;
  try {
    const value = kind.convert(text);
    if (value !== undefined) return value;
  } catch (error) {
    cause = error;
  }
  const message = `Cannot set ${name} to ${JSON.stringify(text)}: expected ${kind.expected}`;
  throw new TypeError(message, cause === undefined ? {} : { cause });
}

interface Kind {
  readonly expected: string;
  /** The value; undefined, or an error, where the text is none. */
  convert(text: string): unknown;
}

const numberKind: Kind = {
  expected: "a number, as its default is",
  convert(text) {
    const number = Number(text);
    const isNumber = text.trim() !== "" && (!Number.isNaN(number) || text.trim() === "NaN");
    return isNumber ? number : undefined;
  },
};

const booleanKind: Kind = {
  expected: "true or false, as its default is",
  convert(text) {
    return text === "true" || (text === "false" ? false : undefined);
  },
};

const bigintKind: Kind = {
  expected: "a whole number, as its default is a bigint",
  convert(text) {
    return text.trim() === "" ? undefined : BigInt(text.trim().replace(/n$/, ""));
  },
};

const dateKind: Kind = {
  expected: "a date such as 2024-03-01 or 2024-03-01T12:00:00Z, as its default is a Date",
  convert(text) {
    const date = new Date(text);
    return Number.isNaN(date.getTime()) ? undefined : date;
  },
};

const arrayKind: Kind = {
  expected: "a JSON array, as its default is",
  convert(text) {
    const value = JSON.parse(text);
    return Array.isArray(value) ? value : undefined;
  },
};

const objectKind: Kind = {
  expected: "a JSON object, as its default is",
  convert(text) {
    const value = JSON.parse(text);
    const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
    return isObject ? value : undefined;
  },
};

/** A default of null or undefined tells no type: JSON where it is JSON, else the text itself. */
const openKind: Kind = {
  expected: "JSON or a text",
  convert(text) {
    try {
      return JSON.parse(text);
    } catch {
      return text;
    }
  },
};

function kindOf(fallback: unknown): Kind {
  switch (typeof fallback) {
    case "string":
      return { expected: "a text", convert: (text) => text };
    case "number":
      return numberKind;
    case "boolean":
      return booleanKind;
    case "bigint":
      return bigintKind;
    case "undefined":
      return openKind;
    case "object":
      return objectKindOf(fallback);
    default:
      return notSettable(typeof fallback);
  }
}

function objectKindOf(fallback: object | null): Kind {
  if (fallback === null) return openKind;
  if (Array.isArray(fallback)) return arrayKind;
  if (fallback instanceof Date) return dateKind;
  if (fallback instanceof URL) {
    return { expected: "a URL, as its default is", convert: (text) => new URL(text) };
  }
  const temporal = temporalKindOf(fallback);
  if (temporal) return temporal;
  const prototype = Object.getPrototypeOf(fallback);
  if (prototype === Object.prototype || prototype === null) return objectKind;
  return notSettable(prototype.constructor?.name ?? "object");
}

function temporalKindOf(fallback: object): Kind | undefined {
  const tag = Object.prototype.toString.call(fallback).slice("[object ".length, -1);
  if (!tag.startsWith("Temporal.")) return undefined;
  const type = Reflect.get(Temporal, tag.slice("Temporal.".length));
  return {
    expected: `a ${tag} such as ${fallback}, as its default is`,
    convert: (text) => type.from(text),
  };
}

function notSettable(type: string): Kind {
  return {
    expected: `nothing: its default is a ${type}, which no text can stand for`,
    convert: () => undefined,
  };
}
