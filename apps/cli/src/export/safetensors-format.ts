import { saveModel } from "../run/save-model.js";
import { openModel } from "../source/model-source.js";
import { type ExportSource, exportedSource } from "./exported-source.js";
import type { ExportFormat } from "./format.js";
import type { SampleItems } from "./samples.js";
import { trainerLogits } from "./trainer.js";

/** The model folder that PyTorch's libraries and this project read: upstream's names and layout. */
export const safetensorsFormat: ExportFormat = {
  summary: "weights under PyTorch's names, with their config, to train on or to load elsewhere",
  takesPreprocessing: false,
  samples: 16,
  async write(folder, { source, classes }) {
    const { input, reading } = source;
    return saveModel(folder, source, { classes, input, reading });
  },
  async open(folder, { engine }) {
    const again = await reopened(folder);
    return {
      runtime: `read again from its files, on ${engine.device}`,
      logits: (items: SampleItems) => trainerLogits(engine, again, items),
      close: async () => {},
    };
  },
};

async function reopened(folder: string): Promise<ExportSource> {
  const opening = openModel(folder);
  for (;;) {
    const { done, value } = await opening.next();
    if (done) return exportedSource(value, { features: false });
  }
}
