import { signal } from "@preact/signals";

export type Question = {
  readonly text: string;
  /** The button that does it. */
  readonly yes: string;
  readonly answer: (yes: boolean) => void;
};

export const question = signal<Question | undefined>(undefined);

/** Asks before something is lost. */
export function ask(text: string, yes: string): Promise<boolean> {
  return new Promise((resolve) => {
    question.value = {
      text,
      yes,
      answer: (given) => {
        question.value = undefined;
        resolve(given);
      },
    };
  });
}
