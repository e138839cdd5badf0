export { openTokenizer } from "./tokenize/open-tokenizer.js";
