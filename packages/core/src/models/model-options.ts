import type { BertHead, BertPooling } from "./bert-config.js";
import type { FlattenOrder } from "./flatten-map.js";
import type { Stem } from "./resnet.js";
import type { Pooling } from "./surgery.js";

/** Which of these an architecture takes is in its own options type; others are refused. */
export type ModelOptions = {
  /**
   * Default: the number of the published weights (1000, or 10 for CIFAR-10). Without the top, a number
   * asks for one linear layer on the pooled features. berts: classes of texts or tokens, see `head`.
   */
  numClasses?: number;
  /** All for pictures: false leaves out pooling and head: the model ends with maps (B, H, W, C). Default true. */
  includeTop?: boolean;
  /**
   * Those for pictures, without the top: what follows the maps, default "none", or "avg" if `numClasses`
   * is given. berts: how texts become vectors, default upstream's way ("pooler", DistilBERT "cls").
   */
  pooling?: Pooling | BertPooling;
  /** All for pictures: channels of the pictures. Default 3. */
  inputChannels?: number;
  /** Added to batch norm's variances. Default: as published, mostly 1e-5. */
  epsilon?: number;
  /** resnet: the kind of block. */
  block?: "basic" | "bottleneck";
  /** resnet, vgg: blocks in each layer, convolutions in each block. resnet_cifar: one number for all three layers. */
  blocks?: number | readonly number[];
  /** resnet, resnet_cifar, vgg: width of each layer. */
  widths?: readonly number[];
  /** resnet: how the picture enters. Default "imagenet". */
  stem?: Stem;
  /** resnet: channels out of the stem. Default: the first of `widths`. */
  stemWidth?: number;
  /** resnet: groups of the 3x3 in bottlenecks. Default 1. */
  groups?: number;
  /** resnet: inner width of bottlenecks over a 64th of the layer's. Default 64. */
  widthPerGroup?: number;
  /** resnet: which convolution of a bottleneck takes the stride. Default "3x3"; "1x1" for the `_v1` names. */
  bottleneckStride?: "1x1" | "3x3";
  /** resnet: convolutions have biases. Default false; true for the `_v1` names. */
  convBias?: boolean;
  /** resnet: how many of the last layers make the features. Default 1. */
  featureLayers?: number;
  /** vgg: a norm after each convolution. Default: by name. */
  batchNorm?: boolean;
  /** vgg: width of the head's hidden layers. Default 4096. */
  hiddenWidth?: number;
  /** vgg: order of the flattened map. Default "nchw" (torchvision); "nhwc" is Keras's. */
  flatten?: FlattenOrder;
  /** darknet_tiny: slope of the activation below 0. Default 0.1. */
  negativeSlope?: number;
  /** mobilenet_v1, mobilenet_v2: multiplies every width. Default 1. */
  widthMultiplier?: number;
  /** mobilenets, darknet_tiny: what the checkpoint was trained with. Default: by architecture. */
  padding?: "symmetric" | "same";
  /** squeezenet: relu on the class maps. Default true. */
  finalRelu?: boolean;
  /** berts: what stands on the encoder. Default "sequence" where `numClasses` is given, else "none". */
  head?: BertHead;
  /** berts: words in the vocabulary. Default: by name, mostly 30522 (uncased English). */
  vocabSize?: number;
  /** vgg, mobilenets, squeezenet: share of the features dropped in training. Default: as published. */
  dropout?: number;
};
