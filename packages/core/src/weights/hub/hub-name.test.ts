import { expect, test } from "vitest";
import { isGraftError } from "../../errors.js";
import { hubFileUrl } from "./hub-address.js";
import { parseHubName } from "./hub-name.js";

test("a name has a repository, a revision and sometimes a file", () => {
  expect(parseHubName("timm/resnet50.tv_in1k")).toEqual({
    repo: "timm/resnet50.tv_in1k",
    revision: "main",
  });
  expect(parseHubName("gpt2@v1.0")).toEqual({ repo: "gpt2", revision: "v1.0" });
  expect(parseHubName("a/b@refs/pr/3:onnx/model.safetensors")).toEqual({
    repo: "a/b",
    revision: "refs/pr/3",
    file: "onnx/model.safetensors",
  });
});

test.each([
  "",
  "a/b/c",
  "../b",
  "a/..",
  "a--b/c",
  "a/b.git",
  "-a/b",
  "a/b@",
  "a/b@../main",
  "a/b@x/../y",
  "a/b@main:",
  "a/b@main:../../etc/passwd",
  "a/b@main:/etc/passwd",
  "a/b:x:y",
  "a/b\n",
  `a/${"b".repeat(100)}`,
])("%j is refused", (text) => {
  let error: unknown;
  try {
    parseHubName(text);
  } catch (caught) {
    error = caught;
  }
  expect(isGraftError(error, "usage")).toBe(true);
});

test("addresses escape what addresses can't hold", () => {
  const name = { repo: "a/b", revision: "refs/pr/3" };
  expect(hubFileUrl(name, "x y/#1.bin")).toBe(
    "https://huggingface.co/a/b/resolve/refs%2Fpr%2F3/x%20y/%231.bin",
  );
  expect(hubFileUrl(name, "c", "http://mirror/")).toBe("http://mirror/a/b/resolve/refs%2Fpr%2F3/c");
});
