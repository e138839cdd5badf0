import { collectParts, commonParts, type SampleStream } from "./collect.js";
import type { QuestionDataset, QuestionSample } from "./dataset.js";
import type { Opening } from "./open-texts.js";
import { questionRows } from "./question-rows.js";
import { formatByName } from "./rows/open-rows.js";
import { splitParts } from "./split-parts.js";
import { movedNote, readSquad } from "./squad.js";

/** Questions about texts: SQuAD's JSON, or tables with its columns. */
export async function openQuestions(opening: Opening): Promise<QuestionDataset> {
  const { root, parts, options } = opening;
  const notes: string[] = [];
  const moved: string[] = [];
  const streamOf = async (path: string): Promise<SampleStream<QuestionSample>> => {
    if ((options.format ?? formatByName(path)) !== "json") {
      return questionRows(path, { ...options, moved });
    }
    const squad = await readSquad(path, options);
    notes.push(...squad.notes);
    return once(squad.samples);
  };
  const { skipped, ...samples } = await collectParts<QuestionSample>(parts, {
    ...options,
    streamOf,
  });
  return {
    task: "qa",
    ...commonParts(root, parts, [...notes, ...movedNote(root, moved)]),
    ...splitParts(samples, opening),
    skipped,
  };
}

async function* once<T>(value: T): AsyncGenerator<T, void> {
  yield value;
}
