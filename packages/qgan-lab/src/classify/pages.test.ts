import { classificationReport } from "classifier-eval";
import { expect, it } from "vitest";
import { inWords } from "./doctor-words.ts";
import { formatShare } from "./evaluation-page.ts";
import { asRgb, overlayHeat, sheetOf } from "./heat-overlay.ts";
import { formatSweepPage, sentence } from "./sweep-page.ts";

const labels = [0, 0, 0, 1, 1];
const probabilities = [0.9, 0.1, 0.8, 0.2, 0.4, 0.6, 0.1, 0.9, 0.2, 0.8];
const report = classificationReport({ labels, probabilities, numClasses: 2 }, { classes: ["nevus", "melanoma"], resamples: 20 });

it("puts the figures into words, with what may not be believed", () => {
  const words = inWords(report);
  expect(words).toMatch(
    /^Of the 5 test images, none of which took part in the training, the classifier named 80 of 100 rightly \(95 % interval/,
  );
  expect(words).toContain("the largest class alone, named every time, would be 60 of 100.");
  expect(words).toMatch(
    /Of images of melanoma, it finds 100 of 100 \(95 % interval: 16 to 100\)\. Where it says melanoma, that is so in 67 of 100/,
  );
  expect(words).toContain(
    "Where a class is rarer than here (nevus 60, melanoma 40 of 100 images), its name is right less often.",
  );
  expect(words).toContain("Shown one image of nevus and one of melanoma, it ranks them rightly 100 of 100 times");
  expect(words).toMatch(/must not be taken at their word: on average they are off by \d+ in 100\./);
  expect(words).not.toMatch(/NaN|null|undefined/);
});

it("does not make certainty of an interval without width", () => {
  const sure = classificationReport(
    { labels: [0, 0, 1, 1], probabilities: [0.9, 0.1, 0.8, 0.2, 0.3, 0.7, 0.1, 0.9], numClasses: 2 },
    { classes: ["nevus", "melanoma"], resamples: 20 },
  );
  const words = inWords(sure);
  expect(words).toContain(
    "ranks them rightly 100 of 100 times (no interval can be told: every bootstrap sample gives the same).",
  );
  expect(words).not.toContain("100 to 100");
  expect(formatShare(sure.rocAuc, sure.intervals.rocAuc).html).toBe('1.000<br><span class="soft">no interval</span>');
  expect(formatShare(0.5, { low: 0.25, high: 0.75 }).html).toContain("0.250 to 0.750");
});

it("says what a chosen α is worth, in either direction or none", () => {
  const choice = { arm: "generated", dataShare: 1, alpha: 0.5, against: "none" } as const;
  const difference = (value: number, low: number, high: number) => ({ accuracy: { value, interval: { low, high } } }) as never; // the part that is read
  const better = { ...choice, difference: difference(0.02, 0.01, 0.04) };
  expect(sentence({ ...better, seedDifferences: [0.01, 0.03, 0.02, 0.01, 0.03] })).toContain(
    'by 2.0 points (95 % interval: 1.0 to 4.0) against "real images": they helped, in each of 5 trainings.',
  );
  // Seen: three trainings that agreed on 3.5 to 4.2 points, and five others with 0.1 the other way (docs/papers/hybridq.md).
  expect(sentence({ ...better, seedDifferences: [0.037, 0.035, 0.042] })).toContain(
    ": they helped in each of 3 trainings, but so few can agree by chance: repeat it with 5 seeds at least.",
  );
  expect(sentence({ ...better, seedDifferences: [0.07, -0.01, 0] })).toContain(
    ": no difference is shown, since only 1 of 3 trainings went that way.",
  );
  expect(sentence({ ...better, seedDifferences: [0.02] })).toContain(
    ": they helped in this one comparison, but so few can agree by chance: repeat it with 5 seeds at least.",
  );
  expect(sentence({ ...choice, difference: difference(-0.02, -0.04, -0.01) })).toContain(
    "−2.0 points (95 % interval: −4.0 to −1.0)",
  );
  expect(sentence({ ...choice, alpha: 0 })).toBe(
    'In the arm "real + generated" the validation images chose α = 0: no share of generated images did better there than none.',
  );
  expect(sentence({ ...choice, dataShare: 0.1, difference: difference(0, -0.1, 0.1) })).toMatch(
    /^With 10 % of the real images: .*no difference is shown/,
  );
});

it("draws a sweep with its curves, intervals and table; light and dark by the page's style", () => {
  const row = {
    dataShare: 1,
    seeds: [0, 1],
    numReal: [3, 2],
    validation: { loss: 1, accuracy: 0.8, balancedAccuracy: 0.8 },
    test: report,
    deviation: { accuracy: 0.0123 } as never, // the part that is read
  };
  const difference = { accuracy: { value: -0.021, interval: { low: -0.05, high: 0.01 } } } as never; // as above
  const page = formatSweepPage({
    classes: ["nevus", "melanoma"],
    rows: [
      { ...row, arm: "none", alpha: 0, numSynthetic: [0, 0] },
      { ...row, arm: "generated", alpha: 0.5, numSynthetic: [3, 2], against: "none", difference },
      { ...row, arm: "none", alpha: 0, dataShare: 0.5, numSynthetic: [0, 0] },
    ],
    choices: [{ arm: "generated", alpha: 0.5, dataShare: 1 }],
    selectedBy: "balancedAccuracy",
    numTest: 5,
  });
  for (const text of [
    "More generated images",
    "More real images",
    "5 + 5",
    "chosen by validation",
    "± 0.012",
    "−0.021<br>",
    "−0.050 to +0.010",
    "prefers-color-scheme: dark",
    "<svg",
  ])
    expect(page).toContain(text);
  expect(page).not.toMatch(/NaN|undefined|\[object/);
});

it("speaks of generated images only where a sweep had some", () => {
  const row = {
    arm: "none",
    alpha: 0,
    seeds: [0],
    numReal: [3, 2],
    numSynthetic: [0, 0],
    validation: { loss: 1.25, accuracy: 0.8, balancedAccuracy: 0.8 },
    test: report,
    deviation: { accuracy: null } as never, // the part that is read
  } as const;
  const rows = [
    { ...row, dataShare: 1 },
    { ...row, dataShare: 0.5 },
  ];
  const page = formatSweepPage({ classes: ["nevus", "melanoma"], rows, choices: [], selectedBy: "loss", numTest: 5 });
  expect(page).toContain("Classifiers of real images");
  expect(page).toContain("Validation: loss on the validation images");
  expect(page).toContain("1.250");
  expect(page).not.toMatch(/generated|α/i);
});

it("lays heat over grey and colour images; small pictures are enlarged", () => {
  const heat = { data: Float32Array.of(0, 1), height: 1, width: 2 };
  expect([...overlayHeat(Uint8Array.of(100, 100), heat, 1)]).toEqual([100, 100, 100, 201, 35, 35]);
  expect([...asRgb(Uint8Array.of(7, 9), 1)]).toEqual([7, 7, 7, 9, 9, 9]);
  const sheet = sheetOf([new Uint8Array(6)], { height: 1, width: 2, columns: 3 });
  expect([sheet.height, sheet.width]).toEqual([96, 192]);
});
