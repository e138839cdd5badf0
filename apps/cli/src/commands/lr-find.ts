import { resolve } from "node:path";
import { Option } from "@commander-js/extra-typings";
import type { FindRatesOptions } from "@graft-ml/core";
import { writeFileAtomic } from "@graft-ml/core/node";
import { type CommonOptions, type Context, command, type Launch } from "../command.js";
import type { ReadEvent } from "../modality/modality.js";
import { positiveNumber, viewCount, wholeNumber } from "../numbers.js";
import type { DataCheckEvent } from "../run/data-check.js";
import { type RateTestEvent, testRates } from "../run/find-rates.js";
import { givenOptions } from "../run/given-options.js";
import { prepare } from "../run/prepare.js";
import type { KeptRate } from "../run/rates-file.js";
import { type GivenOptions, learners, strategies } from "../run/train-options.js";
import type { WarmEvent } from "../run/warm-start.js";
import type { OpenEvent } from "../source/model-source.js";
import type { TaskChoice } from "../task/choose-task.js";
import { commonProgress, commonWarning } from "../terminal/common-view.js";
import { rateProgress, ratesText } from "../terminal/rate-view.js";
import type { View } from "../terminal/render.js";
import { type DeviceEvent, withEngine } from "../with-engine.js";

type Flags = Omit<CommonOptions, "strict"> &
  GivenOptions & {
    out?: string | undefined;
    config?: string | undefined;
    from?: number | undefined;
    to?: number | undefined;
    steps?: number | undefined;
  };

export type LrFindCommandEvent =
  | OpenEvent
  | ReadEvent
  | DataCheckEvent
  | TaskChoice
  | WarmEvent
  | DeviceEvent
  | RateTestEvent
  | {
      readonly type: "rates-found";
      /** The page with the curves. */
      readonly page: string;
      readonly rates: readonly Omit<KeptRate, "curve">[];
    };

/** Range tests of the head and of the phase that the options would train last; nothing is trained. */
async function* findRates(flags: Flags, { signal }: Context): AsyncGenerator<LrFindCommandEvent> {
  const { out = "lr-find.html", config, from, to, steps, ...others } = flags;
  const { json: _, quiet: __, debug: ___, ...given } = others;
  const options = { ...(yield* givenOptions({ ...given, lr: "find" }, config)) };
  const prepared = yield* prepare(options, signal);
  const range = rangeOf({ from, to, steps });
  const rates = yield* withEngine(options.device, (engine) =>
    testRates(engine, { options, prepared, signal, range }),
  );
  const page = resolve(out);
  // Only here: the charts' library takes its time to load.
  const { ratesPage } = await import("../report/rates-page.js");
  await writeFileAtomic(page, await ratesPage(rates, options));
  yield { type: "rates-found", page, rates: rates.map(({ curve: ____, ...rest }) => rest) };
}

type Range = NonNullable<FindRatesOptions["range"]>;

const rangeOf = (given: { readonly [K in keyof Range]: Range[K] | undefined }): Range =>
  Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));

const lrFindView: View<LrFindCommandEvent> = {
  line: (event) => (event.type === "device-chosen" ? `Testing on ${event.reason}` : undefined),
  result: (event) =>
    event.type === "rates-found" ? `${ratesText(event.rates)}\n\ncurves ${event.page}` : undefined,
  warning: commonWarning,
  progress: (event) =>
    event.type === "lr-find-step" ? rateProgress(event) : commonProgress(event),
};

export const lrFindCommand = (launch: Launch) =>
  command("lr-find", {
    summary: "Try learning rates on your pictures and suggest one; nothing is trained.",
    examples: [
      "graft lr-find pictures",
      "graft lr-find pictures --strategy finetune --cut layer2 --out rates.html",
      "graft train pictures --strategy finetune --lr find   # both in one",
    ],
  })
    .argument("[data]", "as `graft train` takes it")
    .option("--out <file>", "the page with the curves (default: lr-find.html, written over)")
    .option("--backbone <name|dir>", "as `graft train` takes it (default: the zoo's)")
    .addOption(
      new Option(
        "--strategy <name>",
        "whose phases are tested: the head, and the last one on top of a trained head (default: finetune)",
      ).choices(strategies.filter((name) => name !== "few-shot")),
    )
    .option("--cut <stage>", "the last frozen stage (default: as graft train)")
    .addOption(new Option("--learners <which>", "what learns after the cut").choices(learners))
    .option("--rank <n>", "of adapters (default: 8)", wholeNumber(1))
    .option("--batch-size <n>", "pictures a step (default: 32)", wholeNumber(1))
    .option("--views <n|fresh>", "augmented views of each picture", viewCount)
    .option("--config <file>", "JSON with any options of `graft train`; flags win")
    .optionsGroup("The test:")
    .option("--from <x>", "first rate (default: 1e-7)", positiveNumber)
    .option("--to <x>", "last rate (default: 10)", positiveNumber)
    .option("--steps <n>", "rates at most (default: 100)", wholeNumber(2))
    .action((data, options) =>
      launch(options, (context) => findRates({ ...options, data }, context), lrFindView),
    );
