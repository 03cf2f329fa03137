import assert from "node:assert/strict";
import { pathToFileURL } from "node:url";
import { gzipSync } from "node:zlib";
import { tableFromArrays } from "apache-arrow";
import { withScope } from "../../../runtime/context/scope.ts";
import { expandGlob } from "../../../runtime/io/files/glob.ts";
import { readCsv } from "../../../runtime/io/files/read_csv.ts";
import { scanCsv } from "../../../runtime/io/files/scan_csv.ts";
import { writeCsv } from "../../../runtime/io/files/write_csv.ts";
import { serveFlaky, whole } from "../http/flaky_server.ts";
import { scopeOf } from "../scope_of.ts";
import { TempFolder } from "../temp_folder.ts";
import { collected, plainRows } from "./plain_rows.ts";

const CSV = new TextEncoder().encode("id\n1\n2\n");

Deno.test("readCsv() takes a file: URL", async () => {
  await using folder = await TempFolder.make();
  const url = pathToFileURL(await folder.write("with space.csv", CSV));
  assert.equal((await readCsv(url)).numRows, 2);
  assert.equal((await readCsv(url.href)).numRows, 2);
});

Deno.test("readCsv() refuses an unknown scheme and names the known ones", async () => {
  await assert.rejects(readCsv("ftp://host/a.csv?token=secret"), {
    message:
      "Cannot read ftp://host/a.csv?…: ftp:// is not known; give a path or a URL with file, http, https, gs",
  });
});

Deno.test("readCsv() downloads over http and leaves nothing behind", async () => {
  await using folder = await TempFolder.make();
  await using server = serveFlaky((request) => whole(new Uint8Array(gzipSync(CSV)), request));
  const scope = scopeOf({ folder: folder.path });
  await withScope(scope, async () => {
    assert.deepEqual(plainRows(await readCsv(server.url)), [{ id: 1 }, { id: 2 }]);
    assert.equal((await collected(await scanCsv(`${server.url}.gz?x=1`))).numRows, 2);
  });
  await scope.resources.close();
  assert.deepEqual(await folder.names(".sluice/tmp"), []);
});

Deno.test("readCsv() says what an http server answered, and leaves nothing behind", async () => {
  await using folder = await TempFolder.make();
  await using server = serveFlaky(() => new Response("no", { status: 404 }));
  await withScope(scopeOf({ folder: folder.path }), async () => {
    await assert.rejects(readCsv(server.url), {
      message: `Cannot read ${server.url}: the server answered 404 Not Found; check the address`,
    });
  });
  assert.deepEqual(await folder.names(".sluice/tmp"), []);
});

Deno.test("readCsv() names the file by its URL where its content is bad", async () => {
  await using folder = await TempFolder.make();
  await using server = serveFlaky((request) => whole(CSV, request));
  const scope = scopeOf({ folder: folder.path });
  await withScope(scope, async () => {
    await assert.rejects(readCsv(server.url, { types: { id: "boolean" } }), {
      message: `Cannot read ${server.url}, row 2 (line 3), column \`id\`: "2" is not a boolean; ` +
        "mend the value, or declare another type",
    });
  });
  await scope.resources.close();
});

Deno.test("readCsv() says that a pattern matches nothing", async () => {
  await using folder = await TempFolder.make();
  await assert.rejects(readCsv(folder.at("data/*.csv")), {
    message: `Cannot read ${folder.at("data/*.csv")}: no file matches, looking from ${
      folder.at("data")
    }`,
  });
});

Deno.test("readCsv() says that a folder holds no such file, or is not there", async () => {
  await using folder = await TempFolder.make();
  await folder.write("notes.txt", "x");
  await assert.rejects(readCsv(folder.path), {
    message: new RegExp(
      `^Cannot read ${folder.path}: it is a folder without a file that ends in .csv`,
    ),
  });
  await assert.rejects(readCsv(folder.at("no/where.csv")), {
    message: `Cannot read ${folder.at("no/where.csv")}: its folder ${
      folder.at("no")
    } does not exist`,
  });
});

for (
  const [source, message] of [
    ["", "Cannot read or write a file whose path is empty"],
    [undefined, "Cannot read or write a file: its path is undefined, not a string or a URL"],
    ["http://", "Cannot read http://: it is not a valid URL"],
    ["/dev/null/a.csv", "Cannot read /dev/null/a.csv: a part of its path is a file, not a folder"],
  ] as const
) {
  Deno.test(`readCsv() refuses ${JSON.stringify(source)} as a path`, async () => {
    await assert.rejects(readCsv(source as string), { message });
  });
}

Deno.test("readers and writers refuse what is neither file nor folder, and links to nowhere", async () => {
  await using folder = await TempFolder.make();
  const [pipe, circle, nowhere] = [
    folder.at("pipe.csv"),
    folder.at("circle.csv"),
    folder.at("no.csv"),
  ];
  await new Deno.Command("mkfifo", { args: [pipe] }).output();
  await Deno.symlink("circle.csv", circle);
  await Deno.symlink("gone.csv", nowhere);
  const table = tableFromArrays({ n: [1] });
  const cases: readonly (readonly [call: () => Promise<unknown>, message: string])[] = [
    [() => readCsv(pipe), `Cannot read ${pipe}: it is a pipe, not a file; use a file`],
    [() => readCsv("/dev/null"), "Cannot read /dev/null: it is a device, not a file; use a file"],
    [() => readCsv(circle), `Cannot read ${circle}: its symbolic links lead in a circle`],
    [() => readCsv(nowhere), `Cannot read ${nowhere}: it is a symbolic link to what is not there`],
    ...(["replace", "append"] as const).map((ifExists) =>
      [
        () => writeCsv(table, pipe, { ifExists }),
        `Cannot write ${pipe}: it is a pipe, not a file; use a file`,
      ] as const
    ),
    [
      () => writeCsv(table, circle, { ifExists: "replace" }),
      `Cannot write ${circle}: its symbolic links lead in a circle`,
    ],
  ];
  for (const [call, message] of cases) await assert.rejects(call, { message });
  assert.equal((await Deno.lstat(pipe)).isFifo, true);
});

Deno.test("readCsv() takes a name with signs of patterns literally where it exists", async () => {
  await using folder = await TempFolder.make();
  const path = await folder.write("a[1]*.csv", CSV);
  assert.equal((await readCsv(path)).numRows, 2);
});

const GLOBS: readonly [pattern: string, found: string[]][] = [
  ["*.csv", ["a.csv", "b.csv"]],
  ["?.csv", ["a.csv", "b.csv"]],
  ["[!a].csv", ["b.csv"]],
  ["{a,c}.csv", ["a.csv"]],
  ["**/*.csv", ["a.csv", "b.csv", "sub/c.csv", "sub/deep/d.csv"]],
  ["sub/**", ["sub/c.csv", "sub/deep/d.csv"]],
  ["*/c.csv", ["sub/c.csv"]],
  [".*.csv", [".hidden.csv"]],
  ["x+y.csv", ["x+y.csv"]],
  ["none/*.csv", []],
];

for (const [pattern, found] of GLOBS) {
  Deno.test(`expandGlob() finds ${pattern}`, async () => {
    await using folder = await TempFolder.make();
    const names = [
      "b.csv",
      "a.csv",
      ".hidden.csv",
      "sub/c.csv",
      "sub/deep/d.csv",
      "sub/.git/e.csv",
    ];
    if (pattern.startsWith("x")) names.push("x+y.csv", "xxy.csv");
    for (const name of names) await folder.write(name, "");
    const paths = await expandGlob(folder.path, pattern);
    assert.deepEqual(paths, found.map((name) => folder.at(name)));
  });
}
