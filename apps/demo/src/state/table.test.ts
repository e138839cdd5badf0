import { describe, expect, it } from "vitest";
import { readTable } from "./table.js";

const praise = { text: "Good, very good", label: "praise" };
const complaint = { text: "Too loud", label: "complaint" };

describe("a table of texts", () => {
  it.each([
    ["comma", 'text,label\n"Good, very good",praise\nToo loud,complaint\n'],
    ["tab", "text\tlabel\nGood, very good\tpraise\nToo loud\tcomplaint\n"],
    ["semicolon", "label;text\npraise;Good, very good\ncomplaint;Too loud\n"],
    ["other names", 'id,category,Sentence\n1,praise,"Good, very good"\n2,complaint,Too loud\n'],
    [
      "a mark of the byte order",
      '\uFEFFtext,label\r\n"Good, very good",praise\r\nToo loud,complaint',
    ],
    ["no header", '"Good, very good",praise\nToo loud,complaint\n'],
    [
      "JSON lines",
      '{"text":"Good, very good","label":"praise"}\n{"label":"complaint","text":"Too loud"}\n',
    ],
  ])("is read with %s", async (_, source) => {
    const { rows, unreadable } = await readTable(source, "t");
    expect(rows.map(({ text, label }) => ({ text, label }))).toEqual([praise, complaint]);
    expect(unreadable).toEqual([]);
  });

  it("finds the labels of columns without names, whichever they are", async () => {
    const source = "praise,Good\npraise,Very good\ncomplaint,Too loud\n";
    const { rows } = await readTable(source, "t");
    expect(rows.map(({ label }) => label)).toEqual(["praise", "praise", "complaint"]);
  });

  it("names the rows that have no text or no label", async () => {
    const { rows, unreadable } = await readTable(
      "text,label\nToo loud,complaint\nAlone,\n,praise\n",
      "t",
    );
    expect(rows).toEqual([{ ...complaint, place: "t:2" }]);
    expect(unreadable).toEqual([
      { name: "t, row 3", reason: "has no label" },
      { name: "t, row 4", reason: "has no text" },
    ]);
  });

  it("tells the line on which each text begins", async () => {
    const source = 'text,label\r\n\r\n"Too\r\nloud",complaint\r\nGood,praise\r\n\r\nBad,complaint';
    const { rows } = await readTable(source, "t.csv");
    expect(rows.map(({ place }) => place)).toEqual(["t.csv:3", "t.csv:5", "t.csv:7"]);
    const lines = '{"text":"a","label":"b"}\n\n{"text":"c","label":"d"}\n';
    const { rows: objects } = await readTable(lines, "t.jsonl");
    expect(objects.map(({ place }) => place)).toEqual(["t.jsonl:1", "t.jsonl:3"]);
  });

  it("names the line of JSON that is none", async () => {
    const { unreadable } = await readTable('{"text":"Too loud","label":"complaint"}\n{oops\n', "t");
    expect(unreadable).toEqual([{ name: "t, line 2", reason: "has no text" }]);
  });

  it("says what a table needs", async () => {
    await expect(readTable(" \n", "t")).rejects.toThrow('"t" is empty');
    await expect(readTable("a,b,c\n1,2,3\n", "t")).rejects.toThrow("3 columns and no header");
    await expect(readTable("just words\nand more\n", "t")).rejects.toThrow("one column");
    await expect(readTable("text,label\n,\n", "t")).rejects.toThrow(
      "no row with a text and a label",
    );
  });
});
