/** The columns that a reader's caller declared, checked against those that its source has. @module */
import { type ColumnTypes, parseColumnType } from "../../table/column_types.ts";
import { nearestName } from "../../table/nearest.ts";

/** A column with the type it is to have. */
export interface Column {
  readonly name: string;
  /** In DuckDB's words. */
  readonly type: string;
  /** In the caller's words; undefined where the type was inferred. */
  readonly declared: string | undefined;
  readonly isNotNull: boolean;
}

/** What the options of a reader say about columns. */
export interface Declaration {
  readonly types?: ColumnTypes;
  /** Columns that are timestamps. */
  readonly parseDates?: readonly string[];
  /** Refuses columns that are not declared. */
  readonly exact?: boolean;
}

/** The declared columns by name.
 *
 * @throws {TypeError} for a type that is not known, or a date column that is declared as something else. */
export function declaredColumns({ types = {}, parseDates = [] }: Declaration): Map<string, Column> {
  const declared = Object.entries(types) as [string, string][];
  for (const name of parseDates) {
    const type = (types as Record<string, string>)[name];
    if (type === undefined) declared.push([name, "timestamp"]);
    else if (!/^(timestamp|timestamptz|date)\b/.test(type)) {
      throw new TypeError(
        `Cannot parse column \`${name}\` as dates: types declares it \`${type}\`; name it in one place`,
      );
    }
  }
  return new Map(declared.map(([name, type]) => {
    const { duckdb, isNotNull } = parseColumnType(name, type);
    return [name, { name, type: duckdb, declared: type.replace(/ not null$/, ""), isNotNull }];
  }));
}

/** Checks that a source has every declared column, and under `exact` no other.
 *
 * @throws {Error} naming the source and the columns. */
export function checkColumns(
  source: string,
  names: readonly string[],
  declared: ReadonlyMap<string, Column>,
  exact: boolean,
): void {
  for (const name of declared.keys()) {
    if (names.includes(name)) continue;
    const near = nearestName(name, names);
    const hint = near === undefined ? `it has ${listed(names)}` : `did you mean \`${near}\`?`;
    throw new Error(`Cannot read ${source}: it has no column \`${name}\`; ${hint}`);
  }
  const extra = exact ? names.filter((name) => !declared.has(name)) : [];
  if (extra.length === 0) return;
  throw new Error(
    `Cannot read ${source}: ${listed(extra)} ${
      extra.length === 1 ? "is" : "are"
    } not declared and exact was asked for; add to types what is wanted, or leave exact out`,
  );
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => `\`${name}\``).join(", ");
  return names.length > 8 ? `${shown} and ${names.length - 8} more` : shown;
}
