import { Option } from "@commander-js/extra-typings";
import { command } from "../command.js";
import {
  list,
  openShare,
  positiveNumber,
  rateOrFind,
  shareOf,
  viewCount,
  wholeNumber,
} from "../numbers.js";
import {
  augmentations,
  balances,
  learners,
  precisions,
  schedules,
  shotsHeads,
  strategies,
} from "../run/train-options.js";
import { taskNames } from "../task/reading.js";

type About = Parameters<typeof command>[1];

const trainAbout: About = {
  summary:
    "Train on pictures or texts with classes, labels, numbers or tags, on top of a pretrained backbone.",
  examples: [
    "graft train pictures",
    "graft train pictures --strategy finetune --epochs 20 --out run",
    "graft train labels.csv --backbone ./mobilenet --lr 1e-3 --json",
    "graft train labels.csv --balance weights # path,labels with a|b|c: several labels a picture",
    "graft train scenes.csv --targets width,height --patience 5   # numbers",
    "graft train pictures --views 8          # augmented: 8 views of each picture",
    "graft train pictures --strategy gradual --layer-decay 0.75 --patience 3",
    "graft train pictures --strategy finetune --learners adapters --rank 8",
    "graft train pictures --strategy few-shot --views 8   # up to five pictures a class",
    'graft train pictures --reject 0.95      # may say "none of these"',
    "graft train pictures --folds 5          # cross-validated, with the spread",
    "graft train more-pictures --warm-start runs/pictures-1",
    "graft train pictures --strategy finetune --lr find",
    "graft train pictures --strategy finetune --dry-run",
    "graft train reviews.csv                 # texts: which columns hold what is found out and told",
    "graft train pairs.tsv --text premise --pair hypothesis --label answer",
    "graft train squad.json --task qa        # answers that stand in a text",
    "graft train texts.csv --task masked     # what a BERT knows of your own texts, before it learns a task",
    "graft train ner --task tokens           # entities: CoNLL files, train and test by their names",
  ],
};

/** What is learned, from what, and where it goes. */
const mainFlags = (name: string, about: About) =>
  command(name, about)
    .argument(
      "[data]",
      "pictures: a folder per class, train/ val/ test/ over such folders, or a CSV of path,label, of path,labels (a|b|c) or of path,value. Texts: CSV, TSV, JSONL, parquet or CoNLL, or a folder of such files for each part",
    )
    .option(
      "--warm-start <run>",
      "begin with an older run's model: its trunk, and what its head knows of classes that both have, by name",
    )
    .option("--out <dir>", "the run folder (default: runs/NAME-1, or the next free number)")
    .option(
      "--backbone <name|dir>",
      "a name that `graft models` lists, a model folder or file, a run, an address, or org/name on the hub (default: the zoo's for pictures, or for texts)",
    )
    .addOption(
      new Option(
        "--task <name>",
        "what is learned. Of pictures: image: one class; multi-label: any number of labels; regression: numbers. Of texts: text, text-labels and text-numbers alike; tokens: tags of words; qa: answers to questions; masked: words that are hidden in them (default: by the data)",
      ).choices(taskNames),
    )
    .option("--targets <columns>", "a table's columns of numbers to predict (default: value)", list)
    .addOption(
      new Option(
        "--strategy <name>",
        "probe: the head alone; finetune: the head, then the last stages, or of 40 pictures a class and more all of them one by one from the top, and of texts all layers at once; gradual: the last stages one by one from the top; scratch: everything, from random weights; few-shot: a head in closed form, for up to five pictures a class (default: finetune)",
      ).choices(strategies),
    )
    .addOption(
      new Option(
        "--shots-head <kind>",
        "what few-shot fits: discriminant: class means, by how pictures scatter about them; prototype: the nearest class mean; cosine: the nearest direction (default: discriminant)",
      ).choices(shotsHeads),
    )
    .option(
      "--cut <stage>",
      "fine-tune what comes after this stage (default: about the last sixth; of 40 pictures a class and more, and of texts, everything)",
    )
    .addOption(
      new Option(
        "--learners <which>",
        "what learns after the cut, with the head: all weights, biases, norms, or low-rank adapters (default: all)",
      ).choices(learners),
    )
    .option("--rank <n>", "of adapters (default: 8)", wholeNumber(1))
    .option("--config <file>", "JSON with any of these options; flags win")
    .option(
      "--dry-run",
      "tell the plan, what learns in each phase and what that takes; train nothing",
    );

/** Rates, and how long. */
const rateFlags = (name: string, about: About) =>
  mainFlags(name, about)
    .optionsGroup("How long and how fast:")
    .option(
      "--epochs <n>",
      "of the last phase (default: probe 30, finetune and gradual 20, scratch 30; texts: finetune 4, masked 10)",
      wholeNumber(1),
    )
    .option(
      "--lr <x|find>",
      "peak learning rate of the last phase; find: by a range test, the head's too (default: probe 3e-3, finetune and gradual 3e-4, or 1e-4 for fewer than ten pictures a class; texts by the width of the network, 2e-5 at 768, masked 1e-4; scratch 1e-3)",
      rateOrFind,
    )
    .option(
      "--head-epochs <n>",
      "of the head, before a fine-tune; 0: it learns with the rest (default: 30, texts 0)",
      wholeNumber(0),
    )
    .option("--head-lr <x|find>", "of the head, before a fine-tune (default: 3e-3)", rateOrFind)
    .addOption(
      new Option("--schedule <name>", "how the rate goes (default: cosine, texts linear)").choices(
        schedules,
      ),
    )
    .option(
      "--warmup <x>",
      "share of the steps that climb (default: 0, one-cycle 0.3, texts 0.1)",
      shareOf(1),
    )
    .option(
      "--layer-decay <x>",
      "what the rate is multiplied by from each block to the one below (default: 1)",
      shareOf(1),
    )
    .option("--batch-size <n>", "samples a step (default: 32, texts 16)", wholeNumber(1))
    .option("--accumulate <n>", "batches an update (default: 1)", wholeNumber(1))
    .option("--clip-norm <x>", "largest norm of the gradients (default: none)", positiveNumber)
    .option(
      "--patience <n>",
      "end a phase after so many epochs without a better validation score (accuracy, mean average precision, mean absolute error), with the best weights",
      wholeNumber(0),
    );

/** What helps where pictures are few. */
const smallDataFlags = (name: string, about: About) =>
  rateFlags(name, about)
    .optionsGroup("Few pictures:")
    .option(
      "--views <n|fresh>",
      "augmented views of each picture to cache; fresh: new ones each epoch (default: 1, plain)",
      viewCount,
    )
    .addOption(
      new Option(
        "--augment <how>",
        "what views differ by: basic: crop and flip; rand: RandAugment on top (default: basic)",
      ).choices(augmentations),
    )
    .addOption(
      new Option("--features <type>", "how cached features are kept (default: float32)").choices(
        precisions,
      ),
    )
    .option("--mixup <alpha>", "blend pairs of pictures and labels, often 0.2", positiveNumber)
    .option("--cutmix <alpha>", "paste boxes between pictures, often 1", positiveNumber)
    .option("--weight-decay <x>", "AdamW's (default: 0.05, texts 0.01)", shareOf(1))
    .option("--decay-to-start", "the decay pulls towards the backbone's weights, not towards 0")
    .option(
      "--ema <x>",
      "end with a running mean of the weights that keeps x, often 0.99",
      shareOf(1),
    )
    .option(
      "--label-smoothing <x>",
      "share of the target spread over all classes (default: 0)",
      shareOf(1),
    )
    .addOption(
      new Option(
        "--balance <how>",
        "rare classes count as much as common ones: by weights in the loss, or by sampling (default: none)",
      ).choices(balances),
    )
    .option(
      "--validation <x>",
      "share set apart where there is no val folder (default: 0.2; few-shot without --reject 0)",
      shareOf(0.9),
    );

/** What scores can be believed by. */
const splitFlags = (name: string, about: About) =>
  smallDataFlags(name, about)
    .optionsGroup("Honest scores:")
    .option(
      "--keep-duplicates",
      "let copies lie on both sides of the split, and train on pictures that have a copy in a later part",
    )
    .option(
      "--group-by <regex>",
      "file names that agree in what it finds, such as ^(patient\\d+), stay on one side; a CSV has a group column for that",
    )
    .option(
      "--reject <share>",
      'say "none of these" where unsure: this share of the accepted validation pictures is to be right, such as 0.95',
      openShare,
    )
    .option(
      "--folds <k>",
      "train k times, each scored on samples that it did not see, and tell mean and spread; then train the final model on everything",
      wholeNumber(2),
    );

/** Where the texts stand, and how much of them counts. */
const textFlags = (name: string, about: About) =>
  splitFlags(name, about)
    .optionsGroup("Texts:")
    .option("--text <column>", "the column of texts (default: by name, else the longest)")
    .option("--pair <column>", "the column of second texts, where texts are pairs")
    .option("--label <column>", "the column of answers (default: by name, else the least varied)")
    .option(
      "--max-length <tokens>",
      "what is over is lost (default: 128, qa 384, or what the network takes)",
      wholeNumber(3),
    );

/** What a killed run goes on from; with all of a training's flags, of the command with this name. */
export const trainFlags = (name = "train", about = trainAbout) =>
  textFlags(name, about)
    .optionsGroup("Checkpoints:")
    .option(
      "--save-every <steps>",
      "save after so many steps, too (default: at the end of each epoch)",
      wholeNumber(1),
    )
    .option(
      "--save-seconds <s>",
      "and where so many seconds have passed since the last (default: 30)",
      positiveNumber,
    )
    .option(
      "--keep <n>",
      "newest checkpoints of each phase that stay, besides the best by validation (default: 2)",
      wholeNumber(1),
    );
