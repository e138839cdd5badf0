import { expect, test } from "vitest";
import { records } from "./records.js";
import { csvScanner } from "./scan-csv.js";

const scan = csvScanner({ delimiter: ",", quotes: true, width: 3 });

async function read(pieces: readonly Buffer[]) {
  const found: object[] = [];
  async function* stream() {
    yield* pieces;
  }
  for await (const some of records(stream(), scan)) found.push(...some);
  return found;
}

test("wherever a stream is cut into pieces, its rows and their places are the same", async () => {
  const text =
    'a,"two\nlines",bare end\r\n"x ""q""" ,y," z"\n\nshort,row\n"é""",ü,"a\r\nb"\r\n"stray,1,2\nü,b,c\nlast,"one","w"';
  const bytes = Buffer.from(text);
  const whole = await read([bytes]);
  expect(whole).toHaveLength(7);
  expect(whole[0]).toMatchObject({ line: 1, cells: ["a", "two\nlines", "bare end"] });
  expect(whole[3]).toMatchObject({ line: 6, cells: ['é"', "ü", "a\r\nb"] });
  expect(whole[4]).toMatchObject({
    line: 8,
    problem: expect.stringMatching(/closing quote|never/),
  });
  for (let cut = 1; cut < bytes.length; cut++) {
    expect(await read([bytes.subarray(0, cut), bytes.subarray(cut)]), `cut at ${cut}`).toEqual(
      whole,
    );
  }
  const single = Array.from(bytes, (_, at) => bytes.subarray(at, at + 1));
  expect(await read(single)).toEqual(whole);
});
