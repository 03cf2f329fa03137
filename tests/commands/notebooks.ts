/** Small notebooks that the tests of commands run: no data, no connections. @module */
import { notebookOf, parametersOf } from "../compile/notebook_of.ts";

/** Three blocks in a chain, with parameters, a check and console output. */
export const SMALL = notebookOf([
  { type: "markdown", source: "# Small\n\nAdds numbers up." },
  parametersOf('const first = 1;\nconst word = "one";'),
  'import { check } from "sluice";',
  "//| loader: load\nconst numbers = [first, 2, 3];\nconsole.log(`loaded ${word}`);",
  '//| transformer: add\nconst sum = numbers.reduce((a, b) => a + b, 0);\ncheck("a sum", sum > 0);',
  "//| exporter: tell\nconsole.log(`sum ${sum}`);",
  "// only looked at\nnumbers.length;",
], { sluice: { description: "Adds numbers up. In three blocks." } });

/** `parse` fails until its parameter is JSON; `tell` depends on it, `other` does not. */
export const FAILING = notebookOf([
  parametersOf('const text = "{";'),
  "//| loader: load\nconst numbers = [1, 2, 3];",
  "//| transformer: parse\nconsole.log(numbers.length);\nconst value = JSON.parse(text);",
  "//| exporter: tell\nconsole.log(value);",
  '//| custom: other\nconsole.log("fine");',
]);

/** Prints a line and then sleeps until it is cancelled. */
export const SLEEPING = notebookOf([
  "//| loader: sleep\nconsole.log('asleep');\nawait new Promise((wake) => setTimeout(wake, 600_000));",
]);

/** Prints a line and then takes the processor for itself. */
export const BUSY = notebookOf(["//| loader: spin\nconsole.log('spinning');\nwhile (true);"]);

/** One unknown name, one type error after it is mended. */
export const BROKEN = notebookOf([
  "//| loader: load\nconst numbers = [1, 2, 3];",
  "//| transformer: add\nconst sum = nubmers.length;",
]);
