import { expect, it } from "vitest";
import { integer, jsonObject, list, number, numberFrom, numberList, pairs } from "./option-parsers.ts";

it("reads what is right", () => {
  expect(integer(0)("0", "n")).toBe(0);
  expect(number()("0.5", "n")).toBe(0.5);
  expect(list("mel, nv,", "n")).toEqual(["mel", "nv"]);
  expect(pairs("mel=runs/0,nv=runs/1", "n")).toEqual({ mel: "runs/0", nv: "runs/1" });
  expect(numberList("0-3, 7", "n")).toEqual([0, 1, 2, 3, 7]);
  expect(jsonObject('{"numLayers":4}', "n")).toEqual({ numLayers: 4 });
});

it.each([
  [() => integer()("0", "--batch"), "[--batch] an integer of at least 1"],
  [() => integer()("1.5", "--batch"), 'got "1.5"'],
  [() => integer(0)("", "--seed"), 'got ""'],
  [() => numberFrom(0)("-1", "--gamma"), "a number of at least 0"],
  [() => number()("zero", "--lr"), "a number greater than 0"],
  [() => list(",", "--classes"), "names separated by commas"],
  [() => pairs("mel", "--runs"), "class=folder"],
  [() => numberList("9-3", "--seeds"), "a range goes upward"],
  [() => numberList("1,1", "--seeds"), "more than once"],
  [() => numberList("a", "--seeds"), "0-499"],
  [() => numberList("0-99999999999", "--seeds"), "at most"],
  [() => jsonObject("[1]", "--options"), "a JSON object"],
])("refuses what is wrong: %#", (act, message) => {
  expect(act).toThrow(message);
});
