import assert from "node:assert/strict";
import posix from "node:path/posix";
import fc from "fast-check";
import { fromFileUrl, toFileUrl } from "../../runtime/context/file_url.ts";
import * as paths from "../../runtime/context/paths.ts";

const onPosix = { ignore: Deno.build.os === "windows" };
/** Paths with all that is read in a special way, and names that only look so. */
const path = fc.array(
  fc.constantFrom("/", "/", "..", ".", "a", "b.c", "...", ".d", "e f", "ü"),
  { maxLength: 9 },
).map((parts) => parts.join(""));
/** With doubled slashes dirname() keeps some of them, as POSIX lets it: no path of ours has any. */
const plainPath = path.map((text) => text.replaceAll(/\/+/g, "/"));

for (const name of ["join", "resolve"] as const) {
  Deno.test({
    ...onPosix,
    name: `${name}() gives what node:path gives`,
    fn: () =>
      fc.assert(fc.property(fc.array(path, { maxLength: 4 }), (parts) => {
        assert.equal(paths[name](...parts), posix[name](...parts));
      })),
  });
}

for (const name of ["dirname", "basename", "isAbsolute"] as const) {
  Deno.test({
    ...onPosix,
    name: `${name}() gives what node:path gives`,
    fn: () =>
      fc.assert(fc.property(plainPath, (one) => assert.equal(paths[name](one), posix[name](one)))),
  });
}

Deno.test({
  ...onPosix,
  name: "basename() takes a suffix off as node:path does",
  fn: () =>
    fc.assert(fc.property(plainPath, fc.constantFrom("", ".c", "b.c", "a"), (one, suffix) => {
      assert.equal(paths.basename(`${one}xb.c`, suffix), posix.basename(`${one}xb.c`, suffix));
    })),
});

Deno.test({
  ...onPosix,
  name: "relative() gives what node:path gives",
  fn: () =>
    fc.assert(fc.property(path, path, (from, to) => {
      assert.equal(paths.relative(from, to), posix.relative(from, to));
    })),
});

Deno.test("toFileUrl() and fromFileUrl() bring a path back as it was", () => {
  for (const path of ["/a/b.ts", "/a b/ü%20#?.ts", "/100%/x\\y"]) {
    assert.equal(fromFileUrl(toFileUrl(path)), path);
    assert.equal(new URL(toFileUrl(path).href).hash, "");
  }
});
