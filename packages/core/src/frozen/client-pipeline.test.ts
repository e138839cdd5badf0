import { expect, test } from "vitest";
import { type ClientModel, type ClientPipeline, openClient } from "./client-pipeline.js";
import { clientPicture, picturePipeline, textPipeline } from "./testing.js";

const open = (given: unknown, pooling?: "mean" | "cls" | "pooler") =>
  openClient(given as ClientPipeline, { pooling });

test("texts are pooled by the client, pictures by us", async () => {
  const text = open(textPipeline().pipeline, "cls");
  expect(text.kind).toBe("texts");
  const code = "a".charCodeAt(0);
  expect([...(await text.run(["ab"])).data]).toEqual([code, code % 7, code % 2, 1]);
  const picture = clientPicture(1, 2, 3, 5, 6, 7);
  const { pipeline } = picturePipeline();
  for (const [pooling, expected] of [
    [undefined, [1, 2, 3]],
    ["mean", [3, 4, 5]],
    ["pooler", [2]],
  ] as const) {
    const pictures = open(pipeline, pooling);
    expect(pictures.kind).toBe("pictures");
    expect([...(await pictures.run([picture])).data]).toEqual(expected);
  }
});

test("a model with its processor is as good as their pipeline", async () => {
  const processor = async (pictures: readonly unknown[]) => ({ pixel_values: pictures });
  const tokens = { type: "float32", dims: [1, 2, 1], data: Float32Array.of(4, 8) };
  const model = async ({ pixel_values: pictures }: { pixel_values: readonly unknown[] }) =>
    pictures.length === 1 ? { last_hidden_state: tokens } : {};
  const parts = { model, processor };
  const picture = clientPicture(1, 2, 3);
  expect([...(await open(parts, "mean").run([picture])).data]).toEqual([6]);
  await expect(open(parts, "pooler").run([picture])).rejects.toThrow(
    /gives last_hidden_state, and no pooler_output/,
  );
  await expect(open(parts).run(["a.png"])).rejects.toThrow(/"a.png".*RawImage.read/);
});

test("what is no such pipeline is told by what it is", async () => {
  const task = (name: string) => Object.assign(async () => [], { task: name, model: {} });
  const wrong: readonly [unknown, RegExp][] = [
    [task("text-classification"), /this is a pipeline for "text-classification"/],
    [Promise.resolve(), /a promise: await it first/],
    ["Xenova/all-MiniLM-L6-v2", /the name "Xenova\/all-MiniLM-L6-v2": open it with pipeline\(\)/],
    [async () => [], /a function without a task/],
    [{ model: () => {} }, /a model without a processor/],
    [{ tokenizer: {} }, /an object with tokenizer/],
    [undefined, /this is undefined/],
    [{ model: {}, processor: {} } satisfies ClientModel, /an object with model, processor/],
  ];
  for (const [given, message] of wrong) expect(() => open(given)).toThrow(message);
  expect(() => open(textPipeline().pipeline, "pooler")).toThrow(/"mean" or "cls"/);
  await expect(open(textPipeline().pipeline).run([clientPicture(1, 2, 3)])).rejects.toThrow(
    /takes texts. Pictures need pipeline\("image-feature-extraction"/,
  );
});
