// transformers.js as its users call it: { folder, files, decoded } as JSON on standard input, scores of
// every class as JSON on standard output; `decoded` is a folder for the pictures as it decoded them.
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { env, pipeline, RawImage } from "@xenova/transformers";
import sharp from "sharp";

env.allowRemoteModels = false;
env.localModelPath = "";

const { folder, files, decoded } = JSON.parse(await text(process.stdin));
const classify = await pipeline("image-classification", folder, { quantized: false });
const answers = [];
for (const [i, file] of files.entries()) {
  answers.push(await classify(file, { topk: 0 }));
  if (decoded === undefined) continue;
  const { data, width, height } = (await RawImage.read(file)).rgb();
  const raw = { raw: { width, height, channels: 3 } };
  await sharp(data, raw)
    .png()
    .toFile(join(decoded, `${i}.png`));
}
process.stdout.write(JSON.stringify(answers));
