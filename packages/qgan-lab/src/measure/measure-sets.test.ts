import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compactCnn } from "classifier-eval";
import { decodePng, encodePng, openDatasetZip } from "dataset-zip";
import {
  createRandomConvolutionExtractor,
  featureStatistics,
  inceptionModes,
  inceptionTaps,
  parseMetricLines,
} from "fid-metrics";
import { writeStatisticsFile } from "fid-metrics/node";
import { createRng } from "repro-kit";
import { disposeParams, ready, weightsFromParams, writeNpz, writeSafetensors } from "tfjs-train";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { METRIC_MODES, METRIC_NETWORKS, METRIC_TAPS } from "../cli/commands/metrics.ts";
import { expectSentence, runQgan } from "../cli/testing.ts";
import { networkNames } from "./measuring-network.ts";

let folder = "";
const at = (...parts: string[]): string => join(folder, ...parts);
const savedCache = process.env.XDG_CACHE_HOME;
const COMMON = ["--no-download", "--backend", "wasm"];
const metrics = (...args: string[]) => runQgan(["metrics", ...args, ...COMMON]);
const image = (size: number, value: (i: number) => number): Uint8Array =>
  encodePng({ data: Uint8Array.from({ length: size * size * 3 }, (_, i) => value(i)), height: size, width: size, channels: 3 });

function makeFolder(name: string, images: readonly Uint8Array[]): string {
  mkdirSync(at(name), { recursive: true });
  images.forEach((bytes, i) => {
    writeFileSync(at(name, `${i}.png`), bytes);
  });
  return at(name);
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-sets-"));
  process.env.XDG_CACHE_HOME = join(folder, "cache"); // no weights there: the random network stands in
  for (const [name, seed, count] of [
    ["real", 1, 24],
    ["fake", 2, 18],
    ["held", 3, 24],
  ] as const)
    expect(
      (await runQgan(["dataset", "--count", `${count}`, "--size", "24", "--seed", `${seed}`, "--out", at(`${name}.zip`)])).code,
    ).toBe(0);
});
afterAll(() => {
  if (savedCache === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = savedCache;
  rmSync(folder, { recursive: true, force: true });
});

it("two zips: values with intervals, protocol and warnings as JSON; lines; a picture of neighbours", async () => {
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--metrics", "fid,kid,recall,ms-ssim"];
  const { code, facts, err } = await metrics(
    ...args,
    "--intervals",
    "20",
    "--neighbours",
    at("near.png"),
    "--lines",
    at("lines"),
    "--json",
  );
  expect(err).toBe("");
  expect(code).toBe(0);
  const found = facts.at(-1) as {
    values: Record<string, number>;
    intervals: object;
    protocol: Record<string, unknown>;
    missing: string;
  };
  expect(Object.keys(found.values)).toEqual(
    expect.arrayContaining(["random-kid", "random-fid", "random-recall", "random-ms-ssim"]),
  );
  expect(Object.keys(found.intervals)).toEqual(["kid", "fid", "recall"]);
  expect(found.missing).toMatch(/--inception FILE/);
  const dataset = await openDatasetZip(readFileSync(at("real.zip")));
  expect(found.protocol).toMatchObject({ numReal: 24, numGenerated: 18, extractor: "random-conv", realContent: dataset.digest });
  expect(JSON.stringify(found.protocol.metrics)).not.toContain("neighbours");
  const progress = facts.filter(({ kind, part }) => kind === "progress" && /^Looking at (real|generated)/.test(String(part)));
  expect(progress.some(({ imagesPerSecond, secondsLeft }) => Number(imagesPerSecond) > 0 && Number(secondsLeft) >= 0)).toBe(true);
  const sheet = decodePng(readFileSync(at("near.png")));
  expect([sheet.width, sheet.height]).toEqual([7 * 27 - 3, 10 * 27 - 3]);
  const [line] = parseMetricLines(readFileSync(at("lines", "metric-random-recall.jsonl"), "utf8"));
  expect(line.results["random-recall"]).toBe(found.values["random-recall"]);
});

it("held-out images, memorisation, a folder; plain text for people", async () => {
  const { data } = decodePng(image(24, (i) => (i * 37) % 251));
  expect(data.length).toBe(24 * 24 * 3);
  const { code, out } = await metrics(
    "--real",
    at("real.zip"),
    "--fake",
    at("real.zip"),
    "--held-out",
    at("held.zip"),
    "--metrics",
    "memorised,membership,kid",
  );
  expect(code).toBe(0);
  expect(out).toMatch(/random-memorised: 1\n/);
  expect(out).toMatch(/random-memorised-false-alarm: 0/);
  expect(out).toContain("hold the same images");
  const pictures = makeFolder(
    "pictures",
    [1, 2, 3, 4].map((seed) => image(24, (i) => (i * seed * 7919) % 256)),
  );
  expect((await metrics("--real", at("real.zip"), "--fake", pictures, "--metrics", "fid,class-fid")).err).toMatch(
    "class-fid needs the class",
  );
  expect((await metrics("--real", at("real.zip"), "--fake", pictures, "--metrics", "fid")).out).toContain("24 real, 4 generated");
});

it("statistics stand for a side, where they are of the same mode", async () => {
  const extractor = createRandomConvolutionExtractor();
  const noise = {
    data: Uint8Array.from({ length: 90 * 8 * 8 * 3 }, (_, i) => (i * 7919) % 251),
    count: 90,
    height: 8,
    width: 8,
    channels: 3,
  };
  const statistics = featureStatistics(await extractor.extract(noise));
  const origin = {
    extractor: "random-conv",
    tap: "64",
    mode: "seed 0",
    resize: "none",
    weights: extractor.fingerprint,
    quantisation: "uint8: floor(clip(127.5·x + 128, 0, 255))",
  };
  await writeStatisticsFile(at("good.npz"), statistics, origin);
  await writeStatisticsFile(at("other.npz"), statistics, { ...origin, mode: "seed 1" });
  expect((await metrics("--real", at("good.npz"), "--fake", at("fake.zip"), "--metrics", "fid")).out).toContain("random-fid");
  expectSentence(
    await metrics("--real", at("good.npz"), "--fake", at("fake.zip"), "--metrics", "kid"),
    /good\.npz is statistics, which only fid can do with; kid needs the images/,
  );
  expectSentence(
    await metrics("--real", at("other.npz"), "--fake", at("fake.zip"), "--metrics", "fid"),
    /other\.npz was made in another way.*mode/,
  );
  // As pytorch-fid writes it: how it was made is not said.
  const { dimension, mean, covariance } = statistics;
  const arrays = {
    mu: { dtype: "F64", shape: [dimension], data: mean },
    sigma: { dtype: "F64", shape: [dimension, dimension], data: covariance },
  } as const;
  writeFileSync(at("bare.npz"), writeNpz(arrays));
  const bare = ["--real", at("bare.npz"), "--fake", at("fake.zip"), "--metrics", "fid"];
  expectSentence(await metrics(...bare), /bare\.npz does not say how it was made.*--trust-stats/);
  const trusted = await metrics(...bare, "--trust-stats");
  const known = await metrics("--real", at("good.npz"), ...bare.slice(2));
  expect(trusted.out.split("\n")[0]).toBe(known.out.split("\n")[0]);
  expect(trusted.out).toContain("real images that the statistics do not count, 18 generated; random-conv");
});

it("what was computed of the real images is kept, and taken from there for the same numbers", async () => {
  const pictures = makeFolder(
    "kept",
    [1, 2, 3, 4, 5].map((seed) => image(24, (i) => (i * seed * 7919) % 256)),
  );
  const measure = async (...more: string[]) => {
    const { facts, code, err } = await metrics("--real", pictures, "--fake", at("fake.zip"), "--json", ...more);
    expect(err).toBe("");
    expect(code).toBe(0);
    const notes = facts.filter(({ kind }) => kind === "note").map(({ text }) => String(text));
    const { values, protocol } = facts.at(-1) as { values: unknown; protocol: unknown };
    return { notes, values, protocol };
  };
  const first = await measure();
  expect(first.notes.join()).toMatch(/What was computed of .*kept is kept in .*cache/);
  const again = await measure();
  expect(again.notes.join()).toMatch(/kept was not looked at again/);
  const anew = await measure("--no-cache");
  expect(anew.notes).toEqual([]);
  for (const other of [again, anew]) expect([other.values, other.protocol]).toEqual([first.values, first.protocol]);
  writeFileSync(
    join(pictures, "2.png"),
    image(24, (i) => (i * 31) % 256),
  ); // other content: computed anew
  const changed = await measure();
  expect(changed.notes.join()).toContain("is kept in");
  expect(changed.values).not.toEqual(first.values);
  // Statistics of the real images, which then stand for them.
  await measure("--metrics", "fid", "--save-stats", at("saved.npz"));
  const fid = (real: string) => metrics("--real", real, "--fake", at("fake.zip"), "--metrics", "fid");
  expect((await fid(at("saved.npz"))).out.split("\n")[0]).toBe((await fid(pictures)).out.split("\n")[0]);
});

it("held-out images are kept too, where nothing looks at the images themselves", async () => {
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--held-out", at("held.zip"), "--metrics", "membership"];
  const measure = async (...more: string[]) => {
    const { facts, err } = await metrics(...args, "--json", ...more);
    expect(err).toBe("");
    const notes = facts.filter(({ kind }) => kind === "note").map(({ text }) => String(text));
    return { notes, values: (facts.at(-1) as { values: unknown }).values };
  };
  const first = await measure();
  const again = await measure();
  expect(again.notes.join()).toMatch(/held\.zip was not looked at again/);
  expect(again.values).toEqual(first.values);
  expect(await measure("--no-cache")).toEqual({ notes: [], values: first.values });
  expectSentence(
    await metrics(...args.slice(0, 5), at("good.npz"), "--metrics", "membership"),
    /good\.npz is statistics; --held-out/,
  );
  expectSentence(await metrics(...args.slice(0, 6), "--metrics", "kid"), "--held-out is looked at by memorised and membership");
});

it("mirror images of the real ones", async () => {
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--metrics", "fid"];
  const plain = await metrics(...args);
  const mirrored = await metrics(...args, "--mirror");
  expect(mirrored.out).toContain("48 real, 18 generated");
  expect(mirrored.out.split("\n")[0]).not.toBe(plain.out.split("\n")[0]);
  expectSentence(
    await metrics(...args.slice(0, 4), "--metrics", "fid50k_full", "--mirror"),
    /fid50k_full takes the real images as/,
  );
  expectSentence(await runQgan(["metrics", "--run", "x", "--mirror"]), "--mirror does not go with --run");
  expectSentence(await runQgan(["metrics", "--run", "x", "--no-cache"]), "--no-cache does not go with --run");
});

it("another network: a backbone of classifier-eval with weights from a file", async () => {
  await ready({ backend: "wasm" });
  const network = compactCnn();
  const params = network.init(createRng(1), { channels: 3 });
  writeFileSync(at("cnn.safetensors"), writeSafetensors(await weightsFromParams(params)));
  disposeParams(params);
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--images", "4", "--extractor", "compact-cnn"];
  const { out } = await metrics(...args, "--weights", at("cnn.safetensors"));
  expect(out).toMatch(/^compact-cnn-kid: .*\ncompact-cnn-fid: /);
  expect(out).toContain("4 real, 4 generated; compact-cnn, tap");
  expectSentence(await metrics(...args), "compact-cnn needs its weights: give --weights FILE");
  expectSentence(await metrics(...args, "--weights", at("real.zip")), /real\.zip/);
  expectSentence(await metrics(...args, "--weights", at("cnn.safetensors"), "--mode", "clean-fid"), "--mode and --tap belong to");
  expectSentence(await metrics(...args.slice(0, 4), "--extractor", "resnet5"), 'no extractor "resnet5"; did you mean');
});

const mobilenet = join(import.meta.dirname, "../../../../../shared/weights/mobilenet-v2-imagenet.json");
it.skipIf(!existsSync(mobilenet))("another network: MobileNetV2 with TensorFlow's weights", async () => {
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--images", "3", "--extractor", "mobilenet-v2-tensorflow"];
  const { out } = await metrics(...args, "--weights", mobilenet, "--metrics", "fid");
  expect(out).toMatch(/^mobilenet-v2-tensorflow-fid: [\d.]+\n3 real, 3 generated; mobilenet-v2-tensorflow, tap 1280/);
  writeFileSync(at("none.json"), "no json");
  expectSentence(await metrics(...args, "--weights", at("none.json")), /none\.json is no JSON/);
});

describe("bad input is told in one sentence that names the file", () => {
  const against = (fake: string, ...more: string[]) => metrics("--real", at("real.zip"), "--fake", fake, ...more);
  it("folders: missing, empty, mixed sizes, one image, unreadable, all the same image", async () => {
    expectSentence(await against(at("nowhere")), /nowhere does not exist/);
    mkdirSync(at("empty"));
    expectSentence(await against(at("empty")), /no image in .*empty/);
    expectSentence(
      await against(makeFolder("mixed", [image(24, (i) => i % 256), image(16, (i) => i % 256)])),
      /mixed mixes sizes: .*16×16/,
    );
    expectSentence(await against(makeFolder("one", [image(24, (i) => i % 256)])), /one holds 1 image/);
    expectSentence(await against(makeFolder("broken", [image(24, (i) => i % 256), Uint8Array.of(1, 2, 3)])), /1\.png/);
    const same = makeFolder("same", [image(24, (i) => i % 256), image(24, (i) => i % 256)]);
    expectSentence(await metrics("--real", same, "--fake", at("fake.zip")), /same: all 2 images are the same one/);
    expectSentence(await against(same), /same: all 2 images are the same one/);
  });
  it("sets that are none, other sizes of presets, unknown names, options of the other way", async () => {
    writeFileSync(at("none.zip"), "no zip");
    expectSentence(await against(at("none.zip")), /none\.zip/);
    writeFileSync(at("none.npz"), "no npz");
    expectSentence(await against(at("none.npz")), /none\.npz is no npz/);
    expectSentence(
      await against(at("fake.zip"), "--metrics", "fid50k_full"),
      /fid50k_full stands for 50000 generated images; .*fake\.zip gives 18/,
    );
    expectSentence(await against(at("fake.zip"), "--metrics", "fidd"), 'did you mean "fid"?');
    expectSentence(await against(at("fake.zip"), "--metrics", "ppl2_wend"), "give --lpips FILE");
    expectSentence(await against(at("fake.zip"), "--metrics", "memorised"), "give heldOut");
    expectSentence(await against(at("fake.zip"), "--mode", "clean"), 'no mode "clean"; known: clean-fid');
    expectSentence(await against(at("fake.zip"), "--run", "x"), "--run does not go with --real and --fake");
    expectSentence(await runQgan(["metrics", "--run", "x", "--neighbours", "y"]), "--neighbours does not go with --run");
    expectSentence(await runQgan(["metrics", "--real", "x"]), "give both --real and --fake");
  });
});

it("the lists of modes and taps are those of fid-metrics", () => {
  expect(METRIC_MODES).toEqual(Object.keys(inceptionModes));
  expect(METRIC_NETWORKS).toEqual(networkNames());
  expect(METRIC_TAPS).toEqual(inceptionTaps.map(({ tap }) => tap));
});

const weights = join(import.meta.dirname, "../../../../../shared/weights/inception-v3-fid-768.safetensors");
it.skipIf(!existsSync(weights))("weights of another tap are refused; with the right ones it is FID", async () => {
  const args = ["--real", at("real.zip"), "--fake", at("fake.zip"), "--images", "3", "--inception", weights, "--metrics", "fid"];
  expectSentence(await metrics(...args, "--tap", "2048"), /tap 2048 lies beyond these weights/);
  expect((await metrics(...args, "--tap", "64", "--mode", "clean-fid")).out).toMatch(
    /^fid: [\d.]+\n3 real, 3 generated; .*mode clean-fid/,
  );
});
