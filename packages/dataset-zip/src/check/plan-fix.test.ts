import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { drawSkinLesions } from "../phantoms/draw-skin-lesions.ts";
import { encodePng } from "../png/encode-png.ts";
import { createImageFolder, flatPng, type ImageFolder } from "../testing/image-folder.ts";
import { makeTestPng } from "../testing/make-test-png.ts";
import { checkImages } from "./check-images.ts";
import { describeCheck, hasFindings } from "./describe-check.ts";
import { planFix } from "./plan-fix.ts";

let folder: ImageFolder;
beforeEach(async () => {
  folder = await createImageFolder();
});
afterEach(() => folder.remove());

const [a, b, c, d] = drawSkinLesions({ count: 4, size: 32, seed: 9 }).map(({ pixels }) => encodePng(pixels));
const [small] = drawSkinLesions({ count: 1, size: 20, seed: 30 }).map(({ pixels }) => encodePng(pixels));

describe("planFix", () => {
  test("after it, the import succeeds and a second check finds nothing", async () => {
    await folder.put({
      "train/x/1.png": a,
      "train/x/2.png": b,
      "train/x/copy.png": b,
      "train/y/3.png": c,
      "test/x/leak.png": a,
      "test/y/4.png": d,
      "test/y/small.png": small,
      "train/y/bad.png": "no picture",
      "train/y/grey.png": flatPng(7),
    });
    const report = await checkImages({ source: folder.path });
    expect(hasFindings(report)).toBe(true);
    const { done, ...fix } = planFix(report);
    expect(fix).toEqual({
      exclude: {
        "train/y/bad.png": "cannot be read.",
        "train/y/grey.png": "one colour throughout.",
        "train/x/1.png": 'a copy stands in "test" too.',
        "train/x/copy.png": "a second copy of the same pixels.",
      },
      size: { height: 32, width: 32 },
      channels: 3,
    });
    expect(done).toHaveLength(6);
    const { images, report: imported } = await folder.read(fix);
    expect(images.map(({ source }) => source)).toEqual([
      "test/x/leak.png",
      "test/y/4.png",
      "test/y/small.png",
      "train/x/2.png",
      "train/y/3.png",
    ]);
    expect(imported.rejected).toHaveLength(4);
    const sound = await createImageFolder();
    await sound.put(Object.fromEntries(images.map(({ source, pixels }) => [source ?? "", encodePng(pixels)])));
    expect(hasFindings(await checkImages({ source: sound.path }))).toBe(false);
    await sound.remove();
  });

  test("copies with different labels are all left out", async () => {
    await folder.put({ "x/1.png": a, "y/2.png": a, "x/3.png": b, "y/4.png": c });
    const { exclude } = planFix(await checkImages({ source: folder.path }));
    expect(Object.keys(exclude)).toEqual(["x/1.png", "y/2.png"]);
  });

  test("a group in train and test leaves training", async () => {
    await folder.put({
      "train/1.png": a,
      "test/2.png": b,
      "train/3.png": c,
      "labels.csv": "file,class,patient\ntrain/1.png,x,p1\ntest/2.png,x,p1\ntrain/3.png,x,p2\n",
    });
    const { exclude } = planFix(await checkImages({ source: folder.path, group: "patient" }));
    expect(exclude).toEqual({ "train/1.png": 'its group stands in "test" too.' });
  });

  test("images without label are left out, and transparent ones laid on black where they stay", async () => {
    const clear = (value: number) =>
      makeTestPng({
        width: 4,
        height: 4,
        bitDepth: 8,
        colorType: 6,
        samples: Uint16Array.from({ length: 64 }, (_, i) => (value * i) % 251),
      });
    await folder.put({
      "1.png": clear(3),
      "2.png": clear(7),
      "3.png": a,
      "labels.csv": "file,class\n1.png,x\n3.png,y\n",
    });
    const { exclude, background, done } = planFix(await checkImages({ source: folder.path }));
    expect([exclude, background]).toEqual([{ "2.png": "it has no label." }, "black"]);
    expect(done).toContain("1 left out: it has no label.");
    expect(done).toContain("1 transparent picture laid on black.");
  });

  test("a copy in three parts stays in test", async () => {
    await folder.put({ "train/1.png": a, "val/2.png": a, "test/3.png": a, "train/4.png": b });
    const { exclude } = planFix(await checkImages({ source: folder.path, labels: false }));
    expect(Object.keys(exclude).sort()).toEqual(["train/1.png", "val/2.png"]);
  });

  test("nothing to do where nothing is wrong", async () => {
    await folder.put({ "x/1.png": a, "y/2.png": b });
    expect(planFix(await checkImages({ source: folder.path }))).toEqual({ exclude: {}, done: [] });
  });
});

test("a report in words names what is there and what is wrong", async () => {
  await folder.put({ "x/1.png": a, "y/2.png": a, "x/3.png": b, "bad.png": "x" });
  const lines = describeCheck(await checkImages({ source: folder.path, labels: false })).join("\n");
  expect(lines).toContain("4 images of 4 files, 3 can be read.");
  expect(lines).toContain("32 × 32 RGB: 3");
  expect(lines).toContain("1 file cannot be read:");
  expect(lines).toContain("x/1.png = y/2.png");
  expect(lines).not.toContain("Nothing was found");
});
