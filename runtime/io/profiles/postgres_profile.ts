/** What a profile says about Postgres, checked key by key. @module */
import { suggestion } from "../../table/nearest.ts";
import type { Profile } from "./profiles.ts";

export type SslMode = "disable" | "require" | "verify-full";

/** How to reach a Postgres server. */
export interface PostgresProfile {
  readonly profile: string;
  /** `embedded` stands for the project's own server. */
  readonly host: string;
  readonly port: number;
  readonly database: string;
  /** Where tables without a schema lie. */
  readonly schema: string;
  readonly user: string;
  readonly password: string | undefined;
  readonly connectTimeoutMs: number;
  readonly sslMode: SslMode;
}

const DEFAULTS = {
  POSTGRES_PORT: "5432",
  POSTGRES_SCHEMA: "public",
  POSTGRES_CONNECT_TIMEOUT: "10",
  POSTGRES_SSLMODE: "disable",
  POSTGRES_CONNECTION_METHOD: "direct",
};
/** Whom the project's own server makes where a profile names nobody. */
const EMBEDDED = { POSTGRES_USER: "sluice", POSTGRES_PASSWORD: "sluice" };
const REQUIRED = ["POSTGRES_HOST", "POSTGRES_DBNAME", "POSTGRES_USER"];
const KEYS = [...REQUIRED, "POSTGRES_PASSWORD", ...Object.keys(DEFAULTS)];
const SSL_MODES: readonly string[] = ["disable", "require", "verify-full"] satisfies SslMode[];

/** The Postgres part of a profile.
 *
 * @throws {Error} at a key that is unknown, missing or has a value that cannot be. */
export function postgresProfile(profile: Profile): PostgresProfile {
  for (const key of Object.keys(profile.values)) {
    if (!key.startsWith("POSTGRES_") || KEYS.includes(key)) continue;
    if (key.startsWith("POSTGRES_SSH_")) {
      throw new Error(
        `${profile.at(key)}: ${key}: tunnels are not made here; open one with \`ssh -L\``,
      );
    }
    throw new Error(`${profile.at(key)}: unknown key \`${key}\`${suggestion(key, KEYS)}`);
  }
  const given = Object.entries(profile.values).filter(([, value]) =>
    value !== null && value !== ""
  );
  const values: Record<string, unknown> = {
    ...DEFAULTS,
    ...profile.values.POSTGRES_HOST === "embedded" ? EMBEDDED : {},
    ...Object.fromEntries(given),
  };
  for (const key of REQUIRED) {
    if (values[key] === undefined) {
      throw new Error(`${profile.at(key)}: profile ${profile.name} has no ${key}; add it`);
    }
  }
  const text = (key: string) => String(values[key]);
  oneOf(profile, "POSTGRES_CONNECTION_METHOD", text("POSTGRES_CONNECTION_METHOD"), ["direct"]);
  oneOf(profile, "POSTGRES_SSLMODE", text("POSTGRES_SSLMODE"), SSL_MODES);
  return {
    profile: profile.name,
    host: text("POSTGRES_HOST"),
    port: wholeNumber(profile, "POSTGRES_PORT", text("POSTGRES_PORT"), 65_535),
    database: text("POSTGRES_DBNAME"),
    schema: text("POSTGRES_SCHEMA"),
    user: text("POSTGRES_USER"),
    password: values.POSTGRES_PASSWORD === undefined ? undefined : text("POSTGRES_PASSWORD"),
    connectTimeoutMs: 1000 *
      wholeNumber(profile, "POSTGRES_CONNECT_TIMEOUT", text("POSTGRES_CONNECT_TIMEOUT"), 86_400),
    sslMode: text("POSTGRES_SSLMODE") as SslMode,
  };
}

function wholeNumber(profile: Profile, key: string, value: string, most: number): number {
  const number = Number(value);
  if (Number.isInteger(number) && number > 0 && number <= most) return number;
  throw new Error(
    `${profile.at(key)}: ${key} is \`${value}\`, expected a number from 1 to ${most}`,
  );
}

function oneOf(profile: Profile, key: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return;
  throw new Error(`${profile.at(key)}: ${key} is \`${value}\`, expected ${known.join(" or ")}`);
}
