import { expect, test } from "vitest";
import { models } from "../commands/models.js";
import { collect } from "../testing.js";
import { modelsView } from "./models-view.js";

const settings = { cache: "/none", checkpoints: "/none", urls: "/none" };

/** What a person sees of `graft models [NAME]` on a terminal of this width. */
async function shown(width: number, name?: string): Promise<string[]> {
  const view = modelsView({ narrowed: name !== undefined });
  const events = await collect(models({ settings }, name));
  const printed = events.flatMap((event) => view.result?.(event, width) ?? []);
  expect(printed).toHaveLength(1);
  return printed[0]!.split("\n");
}

const rowOf = (lines: readonly string[], name: string): string[] =>
  lines.find((line) => line.startsWith(`  ${name} `))?.split(/ {2,}/) ?? [];

test("a line a model under its family's heading, within 100 columns", async () => {
  const lines = await shown(100);
  expect(lines.filter((line) => line.length > 100)).toEqual([]);
  expect(lines.filter((line) => /^[A-Z]/.test(line)).slice(0, 2)).toEqual([
    "Embedded: no download",
    "VGG",
  ]);
  const heads = ["", "name", "parameters", "size", "input", "top-1", "on", "licence", "local"];
  expect(lines[0]?.split(/ {2,}/)).toEqual(heads);
  const vgg = ["138.4 M", "553 MB", "224 x 224", "71.59", "ImageNet-1k", "BSD-3-Clause"];
  expect(rowOf(lines, "vgg16")).toEqual(["", "vgg16", ...vgg]);
  // Nobody published an accuracy.
  const bert = ["335.1 M", "1.34 GB", "512 tokens", "—", "Apache-2.0"];
  expect(rowOf(lines, "bert-large-uncased")).toEqual(["", "bert-large-uncased", ...bert]);
  expect(lines.at(-1)).toBe("Fetched models are kept in /none.");
});

test("columns that don't fit are left out, the name and its accuracy never", async () => {
  const table = async (width: number) => {
    const lines = await shown(width);
    return lines.slice(0, lines.lastIndexOf(""));
  };
  const at80 = await table(80);
  expect(at80.filter((line) => line.length > 80)).toEqual([]);
  expect(at80[0]?.trim().split(/ {2,}/)).toEqual([
    ...["name", "size", "input", "top-1", "on", "licence"],
  ]);
  expect(rowOf(await table(40), "vgg16")).toEqual(["", "vgg16", "71.59"]);
  expect(rowOf(await table(10), "vgg16")).toEqual(["", "vgg16", "71.59"]);
});

test("one model by its name: all that is known, and lines that use it", async () => {
  const lines = await shown(100, "VGG16");
  expect(lines).toEqual([
    "vgg16",
    "VGG (Simonyan, Zisserman 2014), trained on ImageNet-1k by torchvision",
    "",
    "  source      timm/vgg16.tv_in1k on the Hugging Face hub",
    "  licence     BSD-3-Clause",
    "  parameters  138,357,544",
    "  size        553.4 MB",
    "  input       pictures of 224 x 224 pixels, RGB",
    "  resize      shorter side to 256, bilinear, then the middle 224 x 224",
    "  mean        0.485, 0.456, 0.406",
    "  std         0.229, 0.224, 0.225",
    "  accuracy    top-1 71.592 %, top-5 90.382 %",
    "              on ImageNet-1k, the 50,000 validation pictures; published by torchvision 0.14",
    "",
    "  graft train DATA --backbone vgg16",
    "  graft extract DATA --backbone vgg16 --out features.safetensors",
  ]);
  const text = await shown(100, "minilm");
  expect(text[0]).toBe("all-minilm-l6-v2");
  expect(text).toContain("  input       texts of up to 512 tokens");
  expect(text).toContain("  accuracy    none published");
  expect(text.at(-2)).toBe("  graft train TEXTS --backbone all-minilm-l6-v2");
});

test("a part of several names lists these", async () => {
  const names = (await collect(models({ settings }, "squeezenet"))).flatMap((event) =>
    event.type === "model" ? [event.name] : [],
  );
  expect(names).toEqual(["squeezenet1_0", "squeezenet1_1"]);
  expect((await shown(100, "squeezenet")).slice(2, 4)).toEqual([
    "SqueezeNet",
    expect.stringMatching(/^ {2}squeezenet1_0 /),
  ]);
  await expect(collect(models({ settings }, "vgg17"))).rejects.toThrow(
    /No model's name holds "vgg17"/,
  );
});
