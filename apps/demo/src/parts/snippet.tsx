import { tell } from "../state/alerts.js";
import { announce } from "../state/announcements.js";
import type { Kind } from "../studio/studio.js";

const programs: Readonly<Record<Kind, string>> = {
  pictures: program("image-classification", '"picture.jpg"'),
  texts: program("text-classification", '"What a lovely evening"'),
};

function program(task: string, input: string): string {
  return `import { env, pipeline } from "@huggingface/transformers";

// The folder lies at /models/graft of your site.
env.allowRemoteModels = false;
env.localModelPath = "/models/";

const classify = await pipeline("${task}", "graft", { dtype: "fp32" });
console.log(await classify(${input}));`;
}

/** How a program loads the folder for transformers.js. */
export function Snippet({ of }: { readonly of: Kind }) {
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(programs[of]);
      announce("Copied.");
    } catch {
      tell(
        new Error("The browser didn't let the page copy. Select the program and copy it yourself."),
      );
    }
  };
  return (
    <section class="card" aria-labelledby="snippet">
      <div class="section-top">
        <h2 id="snippet">Use it in a page of yours</h2>
        <button type="button" class="small" onClick={copy}>
          Copy<span class="unseen"> the program</span>
        </button>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable by keyboard */}
      <pre tabIndex={0}>
        <code>{programs[of]}</code>
      </pre>
    </section>
  );
}
