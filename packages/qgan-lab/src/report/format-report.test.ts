import { expect, it } from "vitest";
import { compressPng } from "../run-folder/compress-png.ts";
import { formatReport } from "./format-report.ts";
import type { ReportData } from "./report-data.ts";

const grid = {
  png: compressPng({ data: new Uint8Array(4 * 4 * 3).fill(9), height: 4, width: 4, channels: 3 }),
  width: 4,
  height: 4,
};
const share = (value: number) => ({ value, low: value - 0.05, high: value + 0.05 });
const outcome = (accuracy: number) => ({
  accuracy: share(accuracy),
  macroPrecision: share(0.6),
  macroRecall: share(0.6),
  confusion: [
    [8, 2],
    [3, 7],
  ],
  numReal: 40,
  numGenerated: 20,
});

/** Made up, for this test only. */
const data: ReportData = {
  title: "HybridQ on <phantom> lesions: nevus",
  createdAt: "2026-01-01T00:00:00.000Z",
  data: { name: "phantoms.zip", isPhantom: true, imageShape: [32, 32, 3], classes: [{ name: "nevus", count: 30 }] },
  generators: [
    {
      label: "nevus",
      model: "hybridq",
      numParameters: 1234,
      snapshots: [0, 1, 2].map((k) => ({ ...grid, step: k * 10, images: k * 80, seconds: k })),
      reals: grid,
      stats: Array.from({ length: 30 }, (_, i) => ({
        step: i + 1,
        images: 8 * (i + 1),
        seconds: i,
        values: { "loss/lossD": 1, "loss/lossG": 1 + i / 30, "loss/reconstruction": 0.1, "noise/noiseBound": 0.4 + i / 10 },
      })),
      scores: [1, 2].flatMap((k) =>
        ["fid768", "kid768", "pairwise"].map((metric) => ({
          step: k * 10,
          images: k * 80,
          metric,
          title: metric.toUpperCase(),
          value: 1 / k,
          better: "lower" as const,
          realValue: 0.2,
          protocol: { "real images": 20, "generated images": 20 },
        })),
      ),
      circuit: { svg: "<svg><title>circuit</title></svg>", text: "q0 ─RX─", sentence: "Ten circuits." },
    },
  ],
  classification: {
    classes: ["nevus", "melanoma"],
    realOnly: outcome(0.7),
    withGenerated: outcome(0.85),
    numTest: 20,
    sentence: "Three seeds.",
  },
  times: [{ part: "Training", seconds: 100 }],
  protocol: { Seed: "0" },
  remarks: ["FID is left out: fetch the file & name it."],
};

it("is one self-contained page with every section", () => {
  const page = formatReport(data);
  for (const heading of [
    "Real beside generated",
    "How the images came about",
    "How good are they",
    "Do generated images help",
    "The two players",
    "The range of the random inputs",
    "The quantum circuit",
    "Where the time went",
    "Good to know",
    "How to repeat this",
  ])
    expect(page).toContain(heading);
  expect(page.match(/For research, not for diagnosis/g)?.length).toBe(2);
  expect(page).not.toMatch(/(?:src|href)="(?!data:|#)/);
  expect(page).not.toMatch(/@import|url\(|fetch\(/);
  expect(page).toContain("&lt;phantom&gt;");
  expect(page).toContain("file &amp; name");
  expect(page).toContain("prefers-color-scheme: dark");
  expect(page).toContain("phantom lesions, which this program draws itself");
  expect(page).toContain("On these test images they helped");
});

it("gives every picture an alternative text and every chart a description, and nests headings", () => {
  const page = formatReport(data);
  for (const [image] of page.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/alt="[^"]{10,}"/);
  for (const [chart] of page.matchAll(/<div class="(?:wide|narrow)"[^>]*>/g))
    expect(chart).toMatch(/role="img" aria-label="[^"]{10,}"/);
  expect(page.match(/<h1>/g)?.length).toBe(1);
  const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id);
  expect(new Set(ids).size).toBe(ids.length);
  for (const [, id] of page.matchAll(/aria-labelledby="([^"]+)"/g)) expect(ids).toContain(id);
});

it("leaves out what there is not", () => {
  const page = formatReport({
    ...data,
    generators: [{ ...data.generators[0], snapshots: [], stats: [], scores: [], circuit: undefined }],
    classification: undefined,
    times: [],
    remarks: [],
  });
  for (const absent of [
    "How the images came about",
    "The two players",
    "The quantum circuit",
    "Good to know",
    "Where the time went",
    "undefined",
    "NaN",
  ])
    expect(page).not.toContain(absent);
});
