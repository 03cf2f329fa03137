/** Whether a run left something in its process that a later run could see. A process that it did is not
 *  used again. @module */

/** What every program stands on: whoever changes them changes them for all that follows. */
const COMMON = ["Array", "ArrayBuffer", "BigInt", "Boolean", "Date", "Deno", "Error", "Function"]
  .concat(["Intl", "Iterator", "JSON", "Map", "Math", "Number", "Object", "Promise", "Reflect"])
  .concat(["RegExp", "Set", "String", "Symbol", "Temporal", "Uint8Array", "URL", "WeakMap"]);

/** What Node's own modules and compiled packages make global when they are loaded. */
const OF_PACKAGES = /^(__[a-z]\w*|nodeBootstrap|MessageChannel|MessagePort)$/;

type Properties = ReadonlyMap<PropertyKey, unknown>;

/** Looks at the process as it is now, and counts changes that leave no other trace. The function given tells
 *  whether something is left since. */
export function watchLeftovers(): () => boolean {
  let isChanged = false;
  const note = () => isChanged = true;
  noteCalls(Deno.env, ["set", "delete"], note);
  noteCalls(Deno, ["chdir", "umask"], note);
  noteCalls(globalThis, ["addEventListener"], note);
  const before = commonObjects().map((object) => [object, propertiesOf(object)] as const);
  const opened = openResources();
  return () =>
    isChanged || Deno.exitCode !== 0 || openResources() !== opened ||
    before.some(([object, properties]) => hasChanged(properties, propertiesOf(object)));
}

function noteCalls<Owner extends object>(
  owner: Owner,
  names: readonly (keyof Owner)[],
  note: () => void,
): void {
  for (const name of names) {
    const call = owner[name];
    if (typeof call !== "function") continue;
    const noting = (...values: unknown[]) => {
      note();
      return Reflect.apply(call, owner, values);
    };
    Object.defineProperty(owner, name, { value: noting, configurable: true, writable: true });
  }
}

function commonObjects(): readonly object[] {
  const named = COMMON.flatMap((name) => {
    const value: unknown = Reflect.get(globalThis, name);
    if (typeof value === "function") return [value, value.prototype as object];
    return typeof value === "object" && value !== null ? [value] : [];
  });
  return [globalThis, ...named];
}

/** Getters are not called: many load what they give. */
function propertiesOf(object: object): Properties {
  return new Map(
    Reflect.ownKeys(object)
      .filter((key) => object !== globalThis || !OF_PACKAGES.test(String(key)))
      .map((key) => {
        const found = Reflect.getOwnPropertyDescriptor(object, key);
        return [key, found?.get ?? found?.value];
      }),
  );
}

function hasChanged(before: Properties, now: Properties): boolean {
  return before.size !== now.size ||
    [...now].some(([key, value]) => !before.has(key) || !Object.is(before.get(key), value));
}

/** Files, connections and processes that are open, as one text. Deno counts them for its own tests. */
function openResources(): string {
  const internal = Reflect.get(Deno, Reflect.get(Deno, "internal")) as {
    readonly core: { resources(): Readonly<Record<string, string>> };
  };
  return Object.values(internal.core.resources()).sort().join(" ");
}
