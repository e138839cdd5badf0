import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";

const require = createRequire(import.meta.url);
const json = async (path) => JSON.parse(await readFile(require.resolve(path), "utf8"));

/** Who drew what, and on which terms. `spdx` is compared with what each package says of its artwork. */
const sampleStyles = [
  {
    name: "noto",
    package: "@iconify-json/noto",
    credit: "Noto Emoji, Copyright Google LLC, https://github.com/googlefonts/noto-emoji",
    spdx: "Apache-2.0",
  },
  {
    name: "fluent-3d",
    package: "@lobehub/fluent-emoji-3d",
    credit:
      "Fluent Emoji (3D), Copyright (c) Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
    spdx: "MIT",
  },
];

/** A third hand, in black alone: no picture of the sample is its work. */
export const ink = {
  name: "fluent-high-contrast",
  package: "@iconify-json/fluent-emoji-high-contrast",
  credit:
    "Fluent Emoji (High Contrast), Copyright (c) Microsoft Corporation, https://github.com/microsoft/fluentui-emoji",
  spdx: "MIT",
};

export const styles = [...sampleStyles, ink];

const codePoints = (character) =>
  [...character]
    .filter((part) => part !== "\ufe0f")
    .map((part) => part.codePointAt(0).toString(16).padStart(4, "0"))
    .join("-");

const nameIn = (names, code) => names[code] ?? names[`${code}-fe0f`];

/** A set of vector drawings as `(name) -> svg`, its terms checked. */
async function vectorDrawings({ package: name, spdx }) {
  const { license } = await json(`${name}/info.json`);
  if (license.spdx !== spdx) {
    throw new Error(`${name} is now under ${license.spdx}, not ${spdx}: read its terms again.`);
  }
  const { icons, aliases = {}, width: side } = await json(`${name}/icons.json`);
  return (icon) => {
    const drawing = icons[icon] ?? icons[aliases[icon]?.parent];
    if (!drawing) throw new Error(`${name} has no drawing "${icon}".`);
    const { body, width = side, height = side } = drawing;
    const box = `viewBox="0 0 ${width} ${height}"`;
    const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="512" height="512" ${box}>${body}</svg>`;
    return Buffer.from(svg);
  };
}

/** `(character) -> { name, drawings: [{ style, bytes }] }`: one character in both styles of the sample. */
export async function openArtwork() {
  const noto = await vectorDrawings(sampleStyles[0]);
  const names = await json("@iconify-json/noto/chars.json");
  const released = await json("@iconify-json/fluent-emoji-flat/chars.json");
  const rendered = require.resolve("@lobehub/fluent-emoji-3d/package.json");

  return async (character) => {
    const code = codePoints(character);
    const name = nameIn(names, code);
    if (!name) throw new Error(`${character} (${code}) is not in Noto Emoji.`);
    const drawings = [{ style: "noto", bytes: noto(name) }];
    // Only what Microsoft itself released (its flat set has the same characters) is taken in 3D.
    if (nameIn(released, code)) {
      const file = (suffix) => new URL(`assets/${code}${suffix}.webp`, `file://${rendered}`);
      const bytes = await readFile(file("")).catch(() => readFile(file("-fe0f")));
      drawings.push({ style: "fluent-3d", bytes });
    }
    return { name, drawings };
  };
}

/** The same of the third hand alone. */
export async function openInk() {
  const drawing = await vectorDrawings(ink);
  const names = await json(`${ink.package}/chars.json`);
  return (character) => {
    const name = nameIn(names, codePoints(character));
    if (!name) throw new Error(`${character} is not in ${ink.package}.`);
    return { name, drawings: [{ style: ink.name, bytes: drawing(name) }] };
  };
}
