import { styles } from "./artwork.mjs";

const terms = {
  "Apache-2.0": "Apache License 2.0, https://www.apache.org/licenses/LICENSE-2.0",
  MIT: "MIT License, whose text is below",
};

const mit = `MIT License

Copyright (c) Microsoft Corporation.

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and
associated documentation files (the "Software"), to deal in the Software without restriction,
including without limitation the rights to use, copy, modify, merge, publish, distribute,
sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is
furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial
portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT
NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND
NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES
OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN
CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

/** The text that travels with the pictures: who drew, on which terms, what was changed. */
export function attribution(used) {
  const sections = styles.map(({ name, package: source, credit, spdx }) => {
    const drawings = [...used.get(name)].sort().join(", ");
    return `## \`*-${name}.*\`\n\n${credit}\n\nTerms: ${terms[spdx]}. Taken from the npm package \`${source}\`.\n\nDrawings: ${drawings}.\n`;
  });
  return `# Where the sample pictures come from

The pictures under \`sample/\` and \`artists/\` were rendered by \`scripts/sample-data.mjs\` of this project from the
emoji artwork below. Changes: each drawing was scaled, turned, tinted, sometimes mirrored, given a
shadow, and set on a background that the script draws. The end of a file's name tells its artist.

${sections.join("\n")}
## MIT License of Fluent Emoji

\`\`\`
${mit}
\`\`\`
`;
}
