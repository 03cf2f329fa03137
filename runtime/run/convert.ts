/** Converts the text of a parameter's override to the type of its default. @module */

/** `text` as a value of the type that `fallback` has.
 *
 * @throws {TypeError} naming the parameter, the text and the type that was expected.
 *
 * @example
 * ```ts
 * import { convertOverride } from "./runtime/run/convert.ts";
 * console.log(convertOverride("limit", "20", 5)); // 20
 * console.log(convertOverride("zones", '["a"]', ["b", "c"])); // ["a"]
 * ``` */
export function convertOverride(name: string, text: string, fallback: unknown): unknown {
  const kind = kindOf(fallback);
  try {
    return kind.convert(text);
  } catch (cause) {
    throw new TypeError(
      `Cannot set ${name} to ${JSON.stringify(text)}: expected ${kind.expected}`,
      { cause },
    );
  }
}

interface Kind {
  readonly expected: string;
  convert(text: string): unknown;
}

const numberKind: Kind = {
  expected: "a number, as its default is",
  convert(text) {
    const number = Number(text);
    if (text.trim() === "" || (Number.isNaN(number) && text.trim() !== "NaN")) {
      throw new TypeError();
    }
    return number;
  },
};

const booleanKind: Kind = {
  expected: "true or false, as its default is",
  convert(text) {
    if (text !== "true" && text !== "false") throw new TypeError();
    return text === "true";
  },
};

const bigintKind: Kind = {
  expected: "a whole number, as its default is a bigint",
  convert(text) {
    if (text.trim() === "") throw new TypeError();
    return BigInt(text.trim().replace(/n$/, ""));
  },
};

const dateKind: Kind = {
  expected: "a date such as 2024-03-01 or 2024-03-01T12:00:00Z, as its default is a Date",
  convert(text) {
    const date = new Date(text);
    if (Number.isNaN(date.getTime())) throw new TypeError();
    return date;
  },
};

const arrayKind: Kind = {
  expected: "a JSON array, as its default is",
  convert(text) {
    const value = JSON.parse(text);
    if (!Array.isArray(value)) throw new TypeError();
    return value;
  },
};

const objectKind: Kind = {
  expected: "a JSON object, as its default is",
  convert(text) {
    const value = JSON.parse(text);
    if (typeof value !== "object" || value === null || Array.isArray(value)) throw new TypeError();
    return value;
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
    convert() {
      throw new TypeError();
    },
  };
}
