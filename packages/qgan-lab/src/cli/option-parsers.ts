import { expect } from "repro-kit";
import type { OptionParser } from "./command-spec.ts";

/** An integer of at least `least`. */
export const integer =
  (least = 1): OptionParser =>
  (text, name) => {
    const value = Number(text);
    expect(
      text.trim() !== "" && Number.isSafeInteger(value) && value >= least,
      name,
      `an integer of at least ${least} is expected; got "${text}".`,
    );
    return value;
  };

/** A number greater than `above`. */
export const number =
  (above = 0): OptionParser =>
  (text, name) => {
    const value = Number(text);
    expect(
      text.trim() !== "" && Number.isFinite(value) && value > above,
      name,
      `a number greater than ${above} is expected; got "${text}".`,
    );
    return value;
  };

/** A number of at least `least`. */
export const numberFrom =
  (least = 0): OptionParser =>
  (text, name) => {
    const value = Number(text);
    const isNumber = text.trim() !== "" && Number.isFinite(value) && value >= least;
    expect(isNumber, name, `a number of at least ${least} is expected; got "${text}".`);
    return value;
  };

/** Names separated by commas. */
export const list: OptionParser = (text, name) => {
  const names = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  expect(names.length > 0, name, `names separated by commas are expected; got "${text}".`);
  return names;
};

/** "name=path", for options that are given once for each class. */
export const pairs: OptionParser = (text, name) =>
  Object.fromEntries(
    text.split(",").map((part) => {
      const at = part.indexOf("=");
      expect(at > 0 && at < part.length - 1, name, `class=folder, separated by commas, is expected; got "${part}".`);
      return [part.slice(0, at).trim(), part.slice(at + 1).trim()];
    }),
  );

const MOST_LISTED = 1_000_000;

/** Seeds, styles or places as "0-499", "3,5,8" or both. */
export const numberList: OptionParser = (text, name) => {
  const all = text.split(",").flatMap((part) => {
    const match = /^\s*(\d+)(?:\s*-\s*(\d+))?\s*$/.exec(part);
    expect(match, name, `numbers are given as 0-499 or 3,5,8; got "${part}".`);
    const [first, last] = [Number(match[1]), Number(match[2] ?? match[1])];
    expect(
      first <= last && last - first < MOST_LISTED,
      name,
      `a range goes upward and has at most ${MOST_LISTED} numbers; got "${part}".`,
    );
    return Array.from({ length: last - first + 1 }, (_, i) => first + i);
  });
  expect(new Set(all).size === all.length, name, `a number stands in "${text}" more than once.`);
  return all;
};

/** JSON object, for a model's own options. */
export const jsonObject: OptionParser = (text, name) => {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    value = undefined;
  }
  expect(
    typeof value === "object" && value !== null && !Array.isArray(value),
    name,
    `a JSON object such as {"numLayers":4} is expected; got ${text}.`,
  );
  return value;
};
