// Our WordPiece against other people's: `node tokenizers.mjs golden` writes what they make of nasty texts for the
// tests of packages/nlp; `node tokenizers.mjs random [COUNT] [SEED]` compares on random texts; `node tokenizers.mjs
// speed FILE` counts texts a second. Build packages/nlp first.
import { readFileSync, writeFileSync } from "node:fs";
import { createWordPiece, readWordPiece, tokenizerFiles, trainWordPiece } from "@graft-ml/nlp";
import { Tokenizer } from "@huggingface/tokenizers";
import { PreTrainedTokenizer } from "@xenova/transformers";
import { nastyTexts, ownSentences, randomText } from "./texts.mjs";

const golden = new URL("../packages/nlp/src/tokenize/golden/word-piece.json", import.meta.url);

/** The same tokenizer made by us and by both libraries, from the files that we write. */
async function tokenizersOf(lowercase) {
  const settings = await trainWordPiece({
    texts: ownSentences,
    vocabularySize: 500,
    minFrequency: 1,
    lowercase,
  });
  const files = tokenizerFiles(settings);
  const json = JSON.parse(files["tokenizer.json"]);
  const config = JSON.parse(files["tokenizer_config.json"]);
  const library = new Tokenizer(json, config);
  const xenova = new PreTrainedTokenizer(json, config);
  return { files, ours: createWordPiece(readWordPiece({ tokenizerJson: json })), library, xenova };
}

function idsBy({ library, xenova }, text, pair) {
  const options = pair === undefined ? {} : { text_pair: pair };
  const plain = { ...options, return_tensor: false, return_token_type_ids: true };
  const one = library.encode(text, { ...options, return_token_type_ids: true });
  const other = xenova(text, plain);
  return {
    library: { ids: one.ids, types: one.token_type_ids },
    xenova: { ids: Array.from(other.input_ids), types: Array.from(other.token_type_ids ?? []) },
  };
}

async function writeGolden() {
  const cases = [];
  for (const lowercase of [true, false]) {
    const made = await tokenizersOf(lowercase);
    const texts = Object.entries(nastyTexts).map(([name, text]) => {
      const { library, xenova } = idsBy(made, text);
      const decoded = made.library.decode(library.ids, { skip_special_tokens: true });
      return { name, text, library: library.ids, xenova: xenova.ids, decoded };
    });
    const [first, second] = [nastyTexts.accents, nastyTexts.punctuation];
    const pair = { text: first, pair: second, ...idsBy(made, first, second).library };
    cases.push({ lowercase, vocabulary: made.files["vocab.txt"], texts, pair });
  }
  const references = { "@huggingface/tokenizers": "0.2.0", "@xenova/transformers": "2.17.2" };
  const made = { command: "node clients/tokenizers.mjs golden", references, cases };
  writeFileSync(golden, `${JSON.stringify(made)}\n`);
}

/** Ideographs beyond 16 bits: both libraries look at halves of them, Google's code at whole ones, and so do we. */
const beyond = /[\u{20000}-\u{2ceaf}\u{2f800}-\u{2fa1f}]/gu;

/** What a library makes of the texts otherwise than we do. */
function differingTexts(name, made, texts) {
  const compared = texts.map((text) => ({
    text,
    ours: Array.from(made.ours.encode(text).ids).join(),
    theirs: idsBy(made, text)[name].ids.join(),
  }));
  return compared.filter(({ ours, theirs }) => ours !== theirs);
}

async function compareRandom(count, seed) {
  const texts = Array.from({ length: count }, (_, index) =>
    randomText(seed + index).replace(beyond, ""),
  );
  for (const lowercase of [true, false]) {
    const made = await tokenizersOf(lowercase);
    for (const name of ["library", "xenova"]) {
      const found = differingTexts(name, made, texts);
      const how = lowercase ? "uncased" : "cased";
      console.log(`${count} texts, ${how}, ${name}: ${found.length} differ`);
      for (const one of found.slice(0, 3)) console.log(`  ${JSON.stringify(one)}`);
    }
  }
}

async function speed(path) {
  const { ours, library, xenova } = await tokenizersOf(true);
  const texts = readFileSync(path, "utf8").split("\n").filter(Boolean);
  const ways = {
    ours: (text) => ours.encode(text),
    "@huggingface/tokenizers": (text) => library.encode(text),
    "@xenova/transformers": (text) => xenova(text, { return_tensor: false }),
  };
  for (const [name, encode] of Object.entries(ways)) {
    let best = Infinity;
    for (let round = 0; round < 5; round++) {
      const before = process.cpuUsage();
      for (const text of texts) encode(text);
      const { user, system } = process.cpuUsage(before);
      best = Math.min(best, (user + system) / 1e6);
    }
    console.log(`${name}: ${Math.round(texts.length / best)} texts/s of processor time`);
  }
}

const [mode, ...rest] = process.argv.slice(2);
if (mode === "golden") await writeGolden();
else if (mode === "random") await compareRandom(Number(rest[0] ?? 10_000), Number(rest[1] ?? 1));
else if (mode === "speed") await speed(rest[0]);
else console.error("usage: node tokenizers.mjs golden | random [COUNT] [SEED] | speed FILE");
