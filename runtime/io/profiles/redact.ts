/** Keeps secrets out of everything that is written: what was read under a secret key is known here. @module */

/** An address to fetch tokens from, and a path to credentials, are no secrets. */
const SECRET_KEY =
  /PASSWORD|PASSWD|SECRET|TOKEN(?!_UR[IL])|PRIVATE|(?<!APPLICATION_)CREDENTIAL|KEY(?!.*(PATH|FILE))/i;
const ALWAYS_REDACTED_LENGTH = 8;
const MARK = "***";

const secrets = new Map<string, RegExp>();

/** Whether the values under this key are secrets, by its name. */
export function isSecretKey(key: string): boolean {
  return SECRET_KEY.test(key);
}

/** Of variables, unlike of settings, a KEY may as well be a column: `sort_key`, `primary_key`. */
const SECRET_VARIABLE =
  /PASSWORD|PASSWD|SECRET|TOKEN(?!_UR[IL])|CREDENTIAL|(API|ACCESS|PRIVATE)_?KEY/i;

/** Makes the values that were given to variables with a secret's name known as secrets. */
export function registerSecretVariables(given: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(given)) {
    if (SECRET_VARIABLE.test(name)) registerSecret(value);
  }
}

/** Variables as they may be shown: the values of those with a secret's name are `***`.
 *
 * @example
 * ```ts
 * import { shownVariables } from "./redact.ts";
 * console.log(shownVariables({ api_token: "s3cret", sort_key: "id" })); // api_token is ***
 * ``` */
export function shownVariables(
  variables: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(variables).map((
      [name, value],
    ) => [name, SECRET_VARIABLE.test(name) && value !== "" ? MARK : value]),
  );
}

/** From now on `redact` hides this value; short ones only where they stand as words of their own. */
export function registerSecret(value: string): void {
  if (value.trim() === "" || secrets.has(value)) return;
  for (const form of formsOf(value)) {
    const pattern = RegExp.escape(form);
    const whole = form.length < ALWAYS_REDACTED_LENGTH
      ? `(?<![\\p{L}\\p{N}_])${pattern}(?![\\p{L}\\p{N}_])`
      : pattern;
    secrets.set(form, new RegExp(whole, "gu"));
  }
}

/** What was a secret to the run before is none to the next. */
export function forgetSecrets(): void {
  secrets.clear();
}

/** A secret as it stands in text, in an address, in JSON and in HTML. */
function formsOf(value: string): readonly string[] {
  const html = value.replace(/[&<>"']/g, (found) => HTML[found] ?? found);
  return [value, encodeURIComponent(value), JSON.stringify(value).slice(1, -1), html];
}

const HTML: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** The text with every secret value replaced by `***`.
 *
 * @example
 * ```ts
 * registerSecret("correct horse");
 * console.log(redact("password: correct horse")); // password: ***
 * ``` */
export function redact(text: string): string {
  let clean = text;
  for (const [secret, pattern] of secrets) {
    if (clean.includes(secret)) clean = clean.replace(pattern, MARK);
  }
  return clean;
}

/** Plain data with every text in it redacted; the same value where there are no secrets. */
export function redactAll<Value>(value: Value): Value {
  return secrets.size === 0 ? value : redactWithin(value) as Value;
}

function redactWithin(value: unknown): unknown {
  if (typeof value === "string") return redact(value);
  if (Array.isArray(value)) return value.map(redactWithin);
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, redactWithin(inner)]),
  );
}
