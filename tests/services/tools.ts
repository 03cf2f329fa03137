/** Tests that need a program which not every machine has.
 *
 *  Where it is missing the test waits: it is not registered, and a line in the file that
 *  `SLUICE_TEST_WAITING` names says what to install. In CI nothing may wait: there it fails. @module */

/** What a test needs: the thing itself, or what to install. */
export type Tool<Thing> = { readonly found: Thing } | { readonly install: string };

/** Registers a test that gets the tool it needs. */
export function testWith<Thing>(
  name: string,
  tool: Tool<Thing>,
  test: (tool: Thing) => Promise<void>,
): void {
  if ("found" in tool) {
    Deno.test(name, () => test(tool.found));
  } else if (Deno.env.get("CI") === "true") {
    Deno.test(name, () => {
      throw new Error(`Cannot run in CI without ${tool.install}; install it in .ci/run`);
    });
  } else note(`${name}: install ${tool.install}`);
}

function note(line: string): void {
  const file = Deno.env.get("SLUICE_TEST_WAITING");
  if (file) Deno.writeTextFileSync(file, `${line}\n`, { append: true });
  else console.log(`waits: ${line}`);
}
