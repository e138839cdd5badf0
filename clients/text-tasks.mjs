import { graft } from "./process.mjs";
import { answersTo, vectorsOf } from "./text-trainer.mjs";

/** What the command says of each text. */
async function predicted(run, texts, top) {
  const events = await graft(["predict", run, "--top", String(top)], `${texts.join("\n")}\n`);
  return events.filter(({ type }) => type === "prediction");
}

const firstOf = (inputs) => inputs.map(([text]) => text);

const byLabel = (scores) =>
  scores.map(({ label, score }) => [label, score]).sort(([a], [b]) => (a < b ? -1 : 1));

/** What the first piece of each word was told, as the command reads words. */
function firstPieces(pieces, words) {
  let at = 0;
  return words.map(({ text }) => {
    const { entity, score } = pieces[at] ?? {};
    let read = "";
    while (at < pieces.length && read.length < text.length) {
      read += pieces[at].word.replace(/^##/, "");
      at++;
    }
    return [`${read} ${entity}`, score];
  });
}

/** The likeliest words of a gap that are compared; further ones are asked for, since equals may stand in any order. */
const [WORDS, MORE] = [50, 60];
/** The likeliest answers whose scores are compared. */
const ANSWERS = 20;

/** The best answer by its words, the others by their rank: some are the same words at other places. */
const ranked = (answers) =>
  answers.map(({ answer, score }, rank) => [rank === 0 ? answer : String(rank), score]);

const numbered = (vector) => vector.map((value, at) => [String(at), value]);

/**
 * By the heads of networks: the pipeline that opens it, how it is asked, what our trainer says of inputs, and
 * both answers as labels with scores, in one order.
 */
const tasks = {
  SequenceClassification: {
    pipeline: "text-classification",
    options: { topk: 0 },
    told: ({ run, inputs }) => predicted(run, firstOf(inputs), 1000),
    ours: ({ top, label, score }) => byLabel(top ?? [{ label, score }]),
    theirs: (answer) => byLabel(answer),
  },
  TokenClassification: {
    pipeline: "token-classification",
    options: { ignore_labels: [] },
    told: ({ run, inputs }) => predicted(run, firstOf(inputs), 1),
    ours: ({ words }) =>
      words.map(({ text, tag, score }) => [`${text.toLowerCase()} ${tag}`, score]),
    theirs: (answer, { words }) => firstPieces(answer, words),
  },
  MaskedLM: {
    pipeline: "fill-mask",
    options: { topk: MORE },
    told: ({ run, inputs }) => predicted(run, firstOf(inputs), WORDS),
    // It fills the first gap alone.
    ours: ({ masks }) => masks[0].map(({ label, score }) => [label, score]),
    theirs: (answer, { masks }) => {
      const scores = new Map(answer.map(({ token_str: word, score }) => [word, score]));
      return masks[0].map(({ label }) => [label, scores.get(label) ?? Number.NaN]);
    },
  },
  QuestionAnswering: {
    pipeline: "question-answering",
    options: { topk: ANSWERS },
    told: ({ trained, inputs }) => answersTo(trained, inputs, ANSWERS),
    ours: ranked,
    theirs: ranked,
  },
};

const features = {
  pipeline: "feature-extraction",
  options: { pooling: "mean", normalize: true },
  told: ({ trained, inputs }) => vectorsOf(trained, firstOf(inputs)),
  ours: numbered,
  theirs: numbered,
};

/** What a model is for; `asFeatures`: its vectors of texts, whatever its head. */
export function taskOf({ architectures: [name] }, asFeatures) {
  const head = /For(\w+)$/.exec(name)?.[1];
  return asFeatures || head === undefined ? features : tasks[head];
}

/** A line as one asks: a tab parts a question from its text, and a text without a gap gets one in its middle. */
export function inputOf(line, task) {
  if (task === tasks.QuestionAnswering) return line.split("\t");
  if (task !== tasks.MaskedLM || line.includes("[MASK]")) return [line];
  const words = line.split(" ");
  return [words.with(Math.floor(words.length / 2), "[MASK]").join(" ")];
}
