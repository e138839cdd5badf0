import type * as tf from "@tensorflow/tfjs-core";

/** How the gradient of one kernel is computed: what is kept from the forward pass, and the formula. */
export type Rule = Omit<tf.GradConfig, "kernelName">;

/** Kernel name -> rule. */
export type Rules = Readonly<Record<string, Rule>>;

export type Attributes = tf.NamedAttrMap;

/** Reads a kernel's attribute; the kernel's own typing says what it is. */
export const attribute = <T>(attributes: Attributes, name: string): T => attributes[name] as T;

/** For kernels of one output, whose `dy` is a single tensor. */
export const single = (dy: tf.Tensor | tf.Tensor[]): tf.Tensor => (Array.isArray(dy) ? dy[0]! : dy);
