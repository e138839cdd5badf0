import { expect, test } from "vitest";
import type { FinishedTrial } from "../trial.js";
import { trialsToCsv, trialsToJson } from "./export.js";

const trials: readonly FinishedTrial[] = [
  {
    number: 0,
    params: { rate: 1e-4, way: 'a,"b"' },
    state: "complete",
    values: [0.5, 2],
    reports: [],
  },
  {
    number: 1,
    params: { rate: 0.1, deep: true },
    state: "pruned",
    values: [],
    reports: [{ step: 3, value: 1 }],
    reason: "too\nslow",
  },
];

test("trials as a table and as JSON", () => {
  expect(trialsToCsv(trials)).toBe(
    [
      "number,state,value_0,value_1,param_rate,param_way,param_deep,last_step,last_value,reason\r\n",
      '0,complete,0.5,2,0.0001,"a,""b""",,,,\r\n',
      '1,pruned,,,0.1,,true,3,1,"too\nslow"\r\n',
    ].join(""),
  );
  expect(JSON.parse(trialsToJson(trials))).toEqual(trials);
  expect(trialsToCsv([])).toBe("number,state,last_step,last_value,reason\r\n");
});
