import { evaluationBatches, judged, type Program, type Session, type Source } from "@graft-ml/core";
import { maskedJudge } from "@graft-ml/nlp";

/** Loss, perplexity and accuracy over the hidden words of rows that were never trained on. */
export async function measure(
  source: Source,
  { session, program }: { session: Session; program: Program },
): Promise<Readonly<Record<string, number>>> {
  const batches = evaluationBatches(source, { batchSize: 32 });
  const events = judged({ session, program, batches, judge: maskedJudge() });
  for (;;) {
    const { done, value } = await events.next();
    if (done) return value.metrics;
  }
}
