// transformers.js as its users call it on texts: { folder, task, inputs, options } as JSON on standard input, what
// the pipeline says to each as JSON on standard output.
import { text } from "node:stream/consumers";
import { env, pipeline } from "@xenova/transformers";

env.allowRemoteModels = false;
env.localModelPath = "";

const { folder, task, inputs, options } = JSON.parse(await text(process.stdin));
const ask = await pipeline(task, folder, { quantized: false });
const answers = [];
for (const input of inputs) {
  const answer = await ask(...input, options);
  answers.push(answer.data ? Array.from(answer.data) : answer);
}
process.stdout.write(JSON.stringify(answers));
