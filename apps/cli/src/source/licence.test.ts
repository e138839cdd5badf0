import { expect, test } from "vitest";
import { licenceOf } from "./licence.js";

test.each([
  ["---\nlanguage: en\nlicense: apache-2.0\n---\n# Card", {}, "apache-2.0"],
  ["---\nlicense:\n- mit  \n\ntags:\n- BERT\n---\n", {}, "mit"],
  ["---\r\nlicense: 'bsd-3-clause'\r\n---\r\n", {}, "bsd-3-clause"],
  ["# Card\nlicense: mit", { pretrained_cfg: { license: "bsd-3-clause" } }, "bsd-3-clause"],
  ["---\ntags:\n- timm\n---\nlicense: mit", {}, undefined],
  ["", {}, undefined],
])("%j says %j", (card, config, licence) => {
  expect(licenceOf(card, config)).toBe(licence);
});
