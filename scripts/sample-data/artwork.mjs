import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const json = async (path) => JSON.parse(await readFile(require.resolve(path), "utf8"));

/** Who drew what, and on which terms. `spdx` is compared with what each package says of its artwork. */
export const styles = [
  {
    name: "noto",
    package: "@iconify-json/noto",
    credit: "Noto Emoji, Copyright Google LLC, https://github.com/googlefonts/noto-emoji",
    spdx: "Apache-2.0",
  },
  {
    name: "noto-v1",
    package: "@iconify-json/noto-v1",
    credit:
      "Noto Emoji (first style), Copyright Google LLC, https://github.com/googlefonts/noto-emoji",
    spdx: "Apache-2.0",
  },
  {
    name: "twemoji",
    package: "@iconify-json/twemoji",
    credit:
      "Twemoji, Copyright Twitter, Inc and other contributors, https://github.com/jdecked/twemoji",
    spdx: "CC-BY-4.0",
  },
  {
    name: "fluent-flat",
    package: "@iconify-json/fluent-emoji-flat",
    credit:
      "Fluent Emoji, Copyright (c) Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    spdx: "MIT",
  },
  {
    name: "fluent-3d",
    package: "@lobehub/fluent-emoji-3d",
    credit:
      "Fluent Emoji (3D), Copyright (c) Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    spdx: "MIT",
  },
];

const codePoints = (character) =>
  [...character]
    .filter((part) => part !== "\ufe0f")
    .map((part) => part.codePointAt(0).toString(16).padStart(4, "0"))
    .join("-");

/** An iconify set: `(name) -> svg`, or undefined where the set has no such drawing. */
async function iconSet({ package: name, spdx }) {
  const { license } = await json(`${name}/info.json`);
  if (license.spdx !== spdx) {
    throw new Error(`${name} is now under ${license.spdx}, not ${spdx}: read its terms again.`);
  }
  const {
    icons,
    aliases = {},
    width: setWidth = 16,
    height: setHeight = 16,
  } = await json(`${name}/icons.json`);
  return (icon) => {
    const drawing = icons[icon] ?? icons[aliases[icon]?.parent];
    if (!drawing) return undefined;
    const { body, width = setWidth, height = setHeight } = drawing;
    return Buffer.from(
      `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" viewBox="0 0 ${width} ${height}">${body}</svg>`,
    );
  };
}

/** The first Noto style has names and no code points; its "cricket" is the game, not the insect. */
const otherThings = new Set(["cricket"]);

/** `(character) -> { name, drawings: [{ style, bytes }] }`: one character in every style that has it. */
export async function openArtwork() {
  const vector = styles.filter((style) => style.package.startsWith("@iconify-json/"));
  const sets = new Map(
    await Promise.all(vector.map(async (style) => [style.name, await iconSet(style)])),
  );
  const names = await json("@iconify-json/noto/chars.json");
  const fluentNames = await json("@iconify-json/fluent-emoji-flat/chars.json");
  const twemojiNames = await json("@iconify-json/twemoji/chars.json");
  const rendered = require.resolve("@lobehub/fluent-emoji-3d/package.json");

  return async (character) => {
    const code = codePoints(character);
    const nameIn = (chars) => chars[code] ?? chars[`${code}-fe0f`];
    const name = nameIn(names);
    if (!name) throw new Error(`${character} (${code}) is not in Noto Emoji.`);
    const drawings = [
      ["noto", sets.get("noto")(name)],
      ["noto-v1", otherThings.has(name) ? undefined : sets.get("noto-v1")(name)],
      ["twemoji", sets.get("twemoji")(nameIn(twemojiNames))],
      ["fluent-flat", sets.get("fluent-flat")(nameIn(fluentNames))],
    ];
    // Only what Microsoft itself released (its flat set has the same characters) is taken in 3D.
    if (nameIn(fluentNames)) {
      const file = (suffix) => new URL(`assets/${code}${suffix}.webp`, `file://${rendered}`);
      drawings.push(["fluent-3d", await readFile(file("")).catch(() => readFile(file("-fe0f")))]);
    }
    return {
      name,
      drawings: drawings.filter(([, bytes]) => bytes).map(([style, bytes]) => ({ style, bytes })),
    };
  };
}
