import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { permutation } from "@graft-ml/core";
import { parquetWriteBuffer } from "hyparquet-writer";
import { expect, test } from "vitest";
import { withFiles } from "../../testing-node.js";
import { type OpenRowsOptions, openRows } from "./open-rows.js";
import { type BadRow, isBad, type Row, type RowFile } from "./row.js";

async function all(file: RowFile): Promise<(Row | BadRow)[]> {
  const found: (Row | BadRow)[] = [];
  for await (const rows of file.rows()) found.push(...rows);
  return found;
}

/** What is in a file: rows as their cells, bad rows as line and problem. */
async function read(
  content: string | Uint8Array,
  options: OpenRowsOptions & { name?: string } = {},
) {
  const { name = "t.csv", ...rest } = options;
  return withFiles({ [name]: content }, async (root) => {
    const rows = await all(await openRows(join(root, name), { header: true, ...rest }));
    return rows.map((row) =>
      isBad(row) ? `${row.line}: ${row.problem}` : Object.values(row.cells),
    );
  });
}

test.each([
  [
    "quoted delimiters, newlines and quotes",
    'a,b\n"x, y","l1\nl2"\n"say ""hi""",z\n',
    [
      ["x, y", "l1\nl2"],
      ['say "hi"', "z"],
    ],
  ],
  ["quotes inside a bare cell", 'a,b\n6" nails,it\'s "so"\n', [['6" nails', 'it\'s "so"']]],
  [
    "Windows' newlines and no last one",
    'a,b\r\n"x",y\r\nz,w',
    [
      ["x", "y"],
      ["z", "w"],
    ],
  ],
  ["blanks around quotes, empty lines", 'a,b\n\n "x" , y\n\n\n', [["x", " y"]]],
  ["semicolons", "a;b\n1,5;x, y\n", [["1,5", "x, y"]]],
  ["a byte order mark", "\ufeffa,b\nx,y\n", [["x", "y"]]],
  ["empty cells that are too many", "a,b\nx,y,,\n", [["x", "y"]]],
  ["an odd column", "__proto__,constructor\nx,y\n", [["x", "y"]]],
])("%s are read", async (_, text, rows) => {
  expect(await read(text)).toEqual(rows);
});

test("a stray quote costs its own line, whatever follows", async () => {
  const unclosed = 'a,b\nok,1\n"never ends,2\nfine,3\nalso fine,4\n';
  expect(await read(unclosed)).toEqual([
    ["ok", "1"],
    expect.stringMatching(/^3: opens a quote \("\) that never ends/),
    ["fine", "3"],
    ["also fine", "4"],
  ]);
  const closedLater = 'a,b\n"never ends,2\nfine,3\n"quoted",4\nlast,5\n';
  expect(await read(closedLater)).toEqual([
    expect.stringMatching(/^2: has text after the closing quote/),
    ["fine", "3"],
    ["quoted", "4"],
    ["last", "5"],
  ]);
  const swallowing = 'a,b\n"swallows,1\nx,2\ny",3,4\nlast,5\n';
  expect(await read(swallowing)).toEqual([
    expect.stringMatching(
      /^2: opens a quote \("\) that takes in the lines below.* 3 cells where 2/,
    ),
    ["x", "2"],
    expect.stringMatching(/^4: has 3 cells where 2 belong/),
    ["last", "5"],
  ]);
});

test("literal quotes where they are said to be", async () => {
  expect(await read('a\tb\n"x\ty"\n', { name: "t.tsv" })).toEqual([['"x', 'y"']]);
  expect(await read('a,b\n"x,y"\n', { quotes: false })).toEqual([['"x', 'y"']]);
});

test("ragged rows and bytes that are not UTF-8 are told by their line", async () => {
  const text = Buffer.concat([
    Buffer.from("a,b\nx\nfine,é\nbad "),
    Buffer.from([0xe9, 0x2c, 0x31, 10]),
    Buffer.from("the sign \ufffd itself,2\n"),
  ]);
  expect(await read(text)).toEqual([
    expect.stringMatching(/^2: has 1 cells where 2 belong/),
    ["fine", "é"],
    expect.stringMatching(/^4: cell 1 has bytes that are not UTF-8/),
    ["the sign \ufffd itself", "2"],
  ]);
});

test("JSON lines: what is none is told, the last may be cut", async () => {
  const text = '{"a":1,"b":["x",null]}\n\n[1]\n{"a":\n{"__proto__":3}\n{"a": "cut';
  expect(await read(text, { name: "t.jsonl" })).toEqual([
    [1, ["x", null]],
    "3: is JSON but no object; write one object on each line",
    expect.stringMatching(/^4: is not JSON/),
    [3],
    expect.stringMatching(/^6: is not JSON/),
  ]);
});

test("a text of two million characters, and a line that is none", async () => {
  const long = "many words ".repeat(200_000);
  expect(await read(`a,b\n"${long}",1\nx,2\n`)).toEqual([
    [long, "1"],
    ["x", "2"],
  ]);
  const endless = Buffer.alloc(70 * 2 ** 20, 65);
  await expect(read(endless)).rejects.toThrow(/Line 1 is longer than 64 MiB/);
}, 60_000);

test.each(["csv", "jsonl", "parquet", "json"])(
  "rows of %s are found again by their places",
  async (kind) => {
    const texts = Array.from(
      { length: 5000 },
      (_, i) => `line ${i}\n"ünïcode" ${"x".repeat(i % 97)}`,
    );
    const content: Record<string, () => string | Uint8Array> = {
      csv: () =>
        `n,text\n${texts.map((text, i) => `${i},"${text.replaceAll('"', '""')}"`).join("\r\n")}`,
      jsonl: () => texts.map((text, i) => JSON.stringify({ n: String(i), text })).join("\n"),
      json: () => JSON.stringify(texts.map((text, i) => ({ n: String(i), text }))),
      parquet: () =>
        new Uint8Array(
          parquetWriteBuffer({
            columnData: [
              { name: "n", data: texts.map((_, i) => String(i)) },
              { name: "text", data: texts },
            ],
            rowGroupSize: 700,
          }),
        ),
    };
    await withFiles({ [`t.${kind}`]: content[kind]!() }, async (root) => {
      const file = await openRows(join(root, `t.${kind}`));
      const rows = (await all(file)) as Row[];
      expect(rows.map(({ cells }) => cells.text)).toEqual(texts);
      const order = Array.from(permutation(3, 1, texts.length)).slice(0, 300);
      const again = await file.read!(order.map((at) => rows[at]!));
      expect(again).toEqual(order.map((at) => rows[at]));
    });
  },
  30_000,
);

test("a file that has changed is told", async () => {
  await withFiles({ "t.jsonl": '{"a":1}\n{"a":2}\n' }, async (root) => {
    const path = join(root, "t.jsonl");
    const file = await openRows(path);
    const [, second] = (await all(file)) as Row[];
    await writeFile(path, '{"a":\n\n{"a":2');
    await expect(file.read!([second!])).rejects.toThrow(/has no row at byte 8 any more/);
  });
});

test("parquet: cells become JSON, a cut file is told", async () => {
  const buffer = new Uint8Array(
    parquetWriteBuffer({
      columnData: [
        { name: "id", data: [1n, 2n ** 60n], type: "INT64" },
        { name: "score", data: [0.5, null], type: "DOUBLE" },
        { name: "tags", data: [["a", "b"], []], type: "JSON" },
      ],
    }),
  );
  expect(await read(buffer, { name: "t.parquet" })).toEqual([
    [1, 0.5, ["a", "b"]],
    ["1152921504606846976", null, []],
  ]);
  await expect(read(buffer.subarray(0, -20), { name: "t.parquet" })).rejects.toThrow(
    /can't be read as parquet/,
  );
});

test("damaged files never throw anything but our error, and whole rows keep their cells", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => `${i},"text ${i}, ""quoted"" – é",x`);
  const whole = Buffer.from(`n,text,label\n${rows.join("\n")}\n`);
  const known = new Set(rows.map((_, i) => `text ${i}, "quoted" – é`));
  const nasty = [0x22, 0x2c, 0x0a, 0x0d, 0x00, 0xff, 0x5c, 0x09];
  let untouched = 0;
  for (let round = 0; round < 150; round++) {
    const bytes = Buffer.from(whole);
    const [at, which, cut] = permutation(round, 1, whole.length);
    bytes[13 + (at! % (whole.length - 13))] = nasty[which! % nasty.length]!;
    const found = await read(round % 3 === 0 ? bytes.subarray(0, 13 + (cut! % 900)) : bytes);
    const good = found.filter((row) => typeof row !== "string");
    for (const row of good) expect(row).toHaveLength(3);
    untouched = good.filter(([, text]) => known.has(String(text))).length;
    if (round % 3 !== 0) expect(untouched).toBeGreaterThanOrEqual(37);
  }
}, 60_000);
