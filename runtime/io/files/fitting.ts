/** SQL that turns text into a declared type and refuses what does not fit it exactly. DuckDB's own casts
 *  round 1.5 to 2, drop a timestamp's zone and a date's time, and cut decimals short. @module */

/** Stands in the error of a query that met a value which does not fit. */
export const UNFIT = "sluice: a value does not fit";

/** `text` as `type`, or null where it does not fit. `text` is any SQL expression of type VARCHAR. */
export function fittedOrNull(text: string, type: string): string {
  return fitted(text, type, "try_cast", "null");
}

/** `text` as `type`; the query fails where it does not fit. */
export function fittedOrFail(text: string, type: string): string {
  return fitted(text, type, "cast", `cast(error('${UNFIT}') as ${type})`);
}

/** A number that DuckDB parsed as a double, as the integer `type`; the query fails where a double
 *  cannot tell: read the text then. What seldom holds comes first, so that the cast takes whole
 *  vectors. NaN counts as greater than any number. */
export function wholeOrFail(number: string, type: string): string {
  return `case when ${number} <> trunc(${number}) or abs(${number}) >= 9007199254740992
      then cast(error('${UNFIT}') as ${type})
    else cast(${number} as ${type}) end`;
}

/** Whether a type is one of the integers. */
export function isInteger(type: string): boolean {
  return /^U?(TINY|SMALL|BIG)?INT(EGER)?$/.test(type);
}

type Cast = "cast" | "try_cast";

function fitted(text: string, type: string, cast: Cast, unfit: string): string {
  const plain = `${cast}(${text} as ${type})`;
  if (isInteger(type)) return whole(text, type, unfit);
  switch (type.replace(/\(.*/, "")) {
    case "VARCHAR":
      return text;
    case "FLOAT":
    case "DOUBLE":
      return finite(text, type, plain, unfit);
    case "DECIMAL":
      return decimal(text, type, plain, unfit);
    case "DATE":
      return day(text, plain, unfit);
    case "TIMESTAMP":
      return instant(text, type, cast, unfit, ZONED);
    case "TIMESTAMPTZ":
      return instant(text, type, cast, unfit, undefined);
    default:
      return plain;
  }
}

/** `1.0` and `1e3` are whole; `1.5`, `0x10` and `1_000` are not. */
function whole(text: string, type: string, unfit: string): string {
  const number = `try_cast(${text} as double)`;
  return `case when ${text} is null then null
    when cast(try_cast(${text} as ${type}) as varchar) = ${text} then cast(${text} as ${type})
    when regexp_full_match(${text}, '\\s*[+-]?\\d+(\\.0*)?\\s*')
      then coalesce(try_cast(split_part(${text}, '.', 1) as ${type}), ${unfit})
    when regexp_full_match(${text}, '\\s*[+-]?[0-9.]+[eE][+-]?\\d+\\s*')
        and ${number} = trunc(${number}) and abs(${number}) < 9007199254740992
      then coalesce(try_cast(${number} as ${type}), ${unfit})
    else ${unfit} end`;
}

/** A number too large becomes infinity in a cast; infinity itself is written out. */
function finite(text: string, type: string, plain: string, unfit: string): string {
  return `case when ${text} is null then null
    when isinf(try_cast(${text} as ${type})) and not contains(lower(${text}), 'inf')
    then ${unfit} else ${plain} end`;
}

function decimal(text: string, type: string, plain: string, unfit: string): string {
  const scale = Number(/,\s*(\d+)\)/.exec(type)?.[1] ?? 0);
  return `case when ${text} is null then null
    when regexp_matches(${text}, '\\.\\d{${scale}}\\d*[1-9]|[eE_]') then ${unfit}
    else ${plain} end`;
}

/** A day may carry a time only where that is midnight. */
function day(text: string, plain: string, unfit: string): string {
  return `case when ${text} is null then null
    when length(${text}) <= 10 then ${plain}
    when regexp_full_match(${text}, '\\s*[^ T:]+\\s*([ T]00:00(:00(\\.0+)?)?)?\\s*') then ${plain}
    else ${unfit} end`;
}

const ZONED = "\\d:\\d\\d(:[0-9.]+)?\\s*([+-]\\d.*|[A-Za-z/_]{2,})$";
const TOO_FINE = "\\.\\d{6}\\d*[1-9]";

/** The common spelling is cast at once; others are looked at for a zone and for nanoseconds. */
function instant(
  text: string,
  type: string,
  cast: Cast,
  unfit: string,
  refused: string | undefined,
): string {
  const patterns = refused === undefined ? TOO_FINE : `${TOO_FINE}|${refused}`;
  return `case when ${text} is null then null
    when ${text} like '____-__-_____:__:__' then ${cast}(${text} as ${type})
    when regexp_matches(${text}, '${patterns}') then ${unfit}
    else ${cast}(${text} as ${type}) end`;
}
