/** The ledger of appends: a row in the target's schema for each append that a run has made, written in the
 *  append's own transaction, so that a repeated attempt finds it and adds nothing. @module */
import type { Client } from "pg";
import type { AppendCall } from "../append_call.ts";
import { Identifier, quoteIdentifier } from "./sql_text.ts";
import type { TargetName } from "./target.ts";

const LEDGER = "sluice_ledger";
/** Where no `each()` element is. */
const NO_ELEMENT = -1;

/** Enters the append; a concurrent one under the same key is waited for.
 *
 * @returns the rows that it added when it was made before, or undefined when it is new. */
export async function enterLedger(
  client: Client,
  name: TargetName,
  key: AppendCall,
): Promise<number | undefined> {
  const ledger = await ledgerTable(client, name);
  const values = valuesOf(key);
  const entered = await client.query(
    `insert into ${ledger} (run, block, element, target, call) values ($1, $2, $3, $4, $5)
     on conflict do nothing`,
    values,
  );
  if (entered.rowCount === 1) return undefined;
  const { rows: [known] } = await client.query(
    `select rows::int8::text from ${ledger} ${WHERE}`,
    values,
  );
  return Number(known.rows);
}

/** Writes down how many rows the append added. */
export async function completeLedger(
  client: Client,
  name: TargetName,
  key: AppendCall,
  rows: number,
): Promise<void> {
  const ledger = new Identifier([name.schema, LEDGER]);
  await client.query(`update ${ledger} set rows = $6 ${WHERE}`, [...valuesOf(key), rows]);
}

const WHERE = "where run = $1 and block = $2 and element = $3 and target = $4 and call = $5";

function valuesOf({ run, block, element, target, call }: AppendCall): (string | number)[] {
  return [run, block, element ?? NO_ELEMENT, target, call];
}

/** The first append into a schema makes its ledger. Others that come meanwhile wait for its transaction:
 *  `if not exists` alone lets two of them make it, and fails one. */
async function ledgerTable(client: Client, { schema }: TargetName): Promise<string> {
  const ledger = new Identifier([schema, LEDGER]).toString();
  const isThere = async () => {
    const { rowCount } = await client.query(
      `select from pg_class c join pg_namespace n on n.oid = c.relnamespace
       where n.nspname = $1 and c.relname = $2`,
      [schema, LEDGER],
    );
    return rowCount === 1;
  };
  if (await isThere()) return ledger;
  await client.query("select pg_advisory_xact_lock(hashtextextended($1, 0))", [
    `sluice ledger ${schema}`,
  ]);
  if (await isThere()) return ledger;
  await client.query(
    `create table ${ledger} (
       run text, block text, element integer, target text, call integer, rows bigint,
       written_at timestamptz not null default now(),
       primary key (run, block, element, target, call)
     )`,
  );
  await client.query(
    `comment on table ${ledger} is ${
      quoteLiteral(`which appends Sluice's runs have made in ${quoteIdentifier(schema)}`)
    }`,
  );
  return ledger;
}

function quoteLiteral(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
