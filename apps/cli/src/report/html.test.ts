import { expect, test } from "vitest";
import { html, named, trusted } from "./html.js";

test("everything that is not markup is escaped, in text and in attributes", () => {
  const name = `<b a="1" b='2'>&`;
  expect(html`<p title="${name}">${name}</p>`.markup).toBe(
    `<p title="&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;">&lt;b a=&quot;1&quot; b=&#39;2&#39;&gt;&amp;</p>`,
  );
});

test("markup stays, lists are joined, what is not there is left out, 0 is a number", () => {
  const items = ["a", "<"].map((each) => html`<li>${each}</li>`);
  expect(html`<ul>${items}</ul>${undefined}${false}${0}${trusted("<br>")}`.markup).toBe(
    "<ul><li>a</li><li>&lt;</li></ul>0<br>",
  );
});

test("a name that turns the direction of writing keeps to itself", () => {
  expect(named("\u202Egnp.exe").markup).toBe("<bdi>\u202Egnp.exe</bdi>");
});
