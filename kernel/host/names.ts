/** The names that cells share: globals, each of which throws until its cell has given it a value. @module */

const PLAIN_CHARS = 10_000;

/** Makes `names` assignable; one without a value says so when it is read. */
export function declareNames(names: readonly string[]): void {
  for (const name of names) {
    const property = Object.getOwnPropertyDescriptor(globalThis, name);
    if (property?.writable) continue;
    Object.defineProperty(globalThis, name, {
      configurable: true,
      enumerable: true,
      get() {
        throw new ReferenceError(
          `${name} has no value: the cell that defines it did not come that far; run it again`,
        );
      },
      set: (value) => defineGlobal(name, value),
    });
  }
}

/** Gives a global its value. */
export function defineGlobal(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, {
    configurable: true,
    enumerable: true,
    writable: true,
    value,
  });
}

/** Whether `name` is a global with a value. */
export function hasValue(name: string): boolean {
  return Object.getOwnPropertyDescriptor(globalThis, name)?.writable === true;
}

/** What the names hold now. */
export function snapshot(names: readonly string[]): ReadonlyMap<string, unknown> {
  return new Map(
    names.map((name) => [name, hasValue(name) ? Reflect.get(globalThis, name) : undefined]),
  );
}

/** The names that hold something else than in the snapshot. */
export function changedNames(before: ReadonlyMap<string, unknown>): readonly string[] {
  const now = snapshot([...before.keys()]);
  return [...now.keys()].filter((name) => !isSame(before.get(name), now.get(name)));
}

/** Functions are the same where their text is, plain data where its JSON is. */
function isSame(one: unknown, other: unknown): boolean {
  if (Object.is(one, other)) return true;
  if (typeof one !== typeof other) return false;
  if (typeof one === "function") return `${one}` === `${other}`;
  const text = plainText(one);
  return text !== undefined && text === plainText(other);
}

function plainText(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== Object.prototype && prototype !== Array.prototype) return undefined;
  if (Array.isArray(value) && value.length > PLAIN_CHARS) return undefined;
  try {
    const isPlain = Object.values(value).every((item) =>
      item === null || typeof item !== "object" && typeof item !== "function"
    );
    return isPlain ? JSON.stringify(value) : undefined;
  } catch {
    return undefined;
  }
}
