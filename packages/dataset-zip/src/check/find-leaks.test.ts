import { expect, test } from "vitest";
import { findCopyLeaks, findGroupLeaks, splitOfPath } from "./find-leaks.ts";

test.each([
  ["train/mel/1.jpg", "train"],
  ["Training_Set/1.jpg", "train"],
  ["mel/test/1.jpg", "test"],
  ["val/x.png", "validation"],
  ["mel/1.jpg", undefined],
  ["train.jpg", undefined],
  ["trained/1.jpg", undefined],
])("%s lies in %s", (path, split) => {
  expect(splitOfPath(path)).toBe(split);
});

test("a group in two parts is a leak; in one part, or without a part, it is none", () => {
  const images = [
    { path: "train/1", split: "train", group: "b" },
    { path: "test/2", split: "test", group: "b" },
    { path: "train/3", split: "train", group: "a" },
    { path: "train/4", split: "train", group: "a" },
    { path: "other/5", group: "a" },
    { path: "test/6", split: "test", group: "" },
    { path: "train/7", split: "train", group: "" },
  ];
  expect(findGroupLeaks(images)).toEqual([{ kind: "group", name: "b", parts: { train: ["train/1"], test: ["test/2"] } }]);
  expect(findCopyLeaks("copy", [images.slice(0, 2), images.slice(2, 4)])).toEqual([
    { kind: "copy", name: "train/1", parts: { train: ["train/1"], test: ["test/2"] } },
  ]);
});
