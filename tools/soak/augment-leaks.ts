import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { augment, createLeakProbe, createPipeline, drawsFromRng, type LeakProbe } from "ada-augment";
import { importImages } from "dataset-zip/node";
import { createRng, expect, type Rng } from "repro-kit";
import { ready } from "tfjs-train";
import type { Soak } from "./soak.ts";

/** Of the split and of all draws; not one that the probe was tuned with. */
const SEED = "20263";
const SETS = 100;
const SET_SIZE = 500;
/** Share of the images of a leaking set that carry the op. */
const LEAKING = 0.1;
const SIDE = 64;
const CHUNK = 64;

/** Real images to try it on: RGB lesions without a left or right, and grey X-rays of chests with the heart on one side. */
const DATA = {
  "skin-ham10000": { channels: 3, group: "lesion_id" },
  "chest-xray": { channels: 1, group: undefined },
} as const;
type DataName = keyof typeof DATA;

/** The images of a folder in two halves that share no group (lesion). */
async function loadHalves(source: string, { name, rng, count }: HalvesOptions): Promise<[tf.Tensor4D, tf.Tensor4D]> {
  const { channels, group } = DATA[name];
  const byGroup = new Map<string, Uint8Array[]>();
  let place = 0;
  for await (const image of await importImages({ source, size: SIDE, channels, ...(group === undefined ? {} : { group }) })) {
    const key = group === undefined ? String(place++).padStart(6, "0") : (image.group ?? "");
    byGroup.set(key, [...(byGroup.get(key) ?? []), image.pixels.data]);
  }
  const groups = rng.shuffle([...byGroup.keys()].sort());
  const middle = Math.floor(groups.length / 2);
  const stack = (names: readonly string[]): tf.Tensor4D => {
    const images = names.flatMap((one) => byGroup.get(one) ?? []).slice(0, count);
    const pixels = new Float32Array(images.length * SIDE * SIDE * channels);
    for (const [i, image] of images.entries())
      pixels.set(
        Float32Array.from(image, (value) => value / 127.5 - 1),
        i * image.length,
      );
    return tf.tensor4d(pixels, [images.length, SIDE, SIDE, channels]);
  };
  return [stack(groups.slice(0, middle)), stack(groups.slice(middle))];
}

interface HalvesOptions {
  readonly name: DataName;
  readonly rng: Rng;
  /** Most images of a half. */
  readonly count: number;
}

type Rows = readonly (readonly number[])[];

/** The rows of each op: what the probe sees of the images with that op on them. */
function leakingRows(probe: LeakProbe, images: tf.Tensor4D, preset: string, rng: Rng): Rows[] {
  return createPipeline(preset).ops.map((op) => {
    const rows: (readonly number[])[] = [];
    for (let first = 0; first < images.shape[0]; first += CHUNK)
      tf.tidy(() => {
        const [count, ...shape] = images.shape;
        const chunk = tf.slice(images, [first, 0, 0, 0], [Math.min(CHUNK, count - first), ...shape]);
        const draws = drawsFromRng(rng.fork(op.name, first));
        rows.push(...probe.features(augment(chunk, { ops: [op], p: 1, draws, blits: "resampled" })));
      });
    return rows;
  });
}

export const augmentLeaks: Soak = {
  name: "augment-leaks",
  description: `${SETS} sets of real images with each op on a tenth of them, ${SETS} clean ones: how often is it named? [preset] [images] [skin-ham10000 or chest-xray] [shared folder] [seed]`,
  async run([preset = "bgcfnc", count = "1000", name = "skin-ham10000", shared = "../shared", seed = SEED]) {
    expect(Object.hasOwn(DATA, name), "augment-leaks", `no data "${name}"; known: ${Object.keys(DATA).join(", ")}.`);
    const source = join(shared, "data", name);
    if (!existsSync(source)) return `skipped: no data/${name} in the shared folder`;
    expect(
      Number.isInteger(Number(count)) && Number(count) >= SET_SIZE,
      "augment-leaks",
      `images must be ≥ ${SET_SIZE}; got ${count}.`,
    );
    expect(/^\d+$/.test(seed), "augment-leaks", `seed must be an integer ≥ 0; got ${seed}.`);
    await ready();
    const rng = createRng(Number(seed));
    const halves = { name: name as DataName, rng: rng.fork("split"), count: Number(count) }; // looked at above
    const [real, others] = await loadHalves(source, halves);
    const probe = createLeakProbe(real, { ops: preset, rng: rng.fork("probe") });
    const clean = probe.features(others);
    const altered = leakingRows(probe, others, preset, rng.fork("leaks"));
    const pick = (label: string, set: number) => rng.fork(label, set).shuffle([...clean.keys()]);
    const sets = Array.from({ length: SETS }, (_, set) => set);
    const reports = sets.map((set) =>
      probe.inspectFeatures(
        pick("clean", set)
          .slice(0, SET_SIZE)
          .map((i) => clean[i]),
      ),
    );
    const alarms = reports.filter(({ leaked }) => leaked).length;
    const { untold } = reports[0];
    console.log(`${name}: ${real.shape[0]} known images; clean sets: ${SETS - alarms} of ${SETS} silent`);
    console.log(`cannot be told on these data: ${untold.join(", ") || "none"}`);
    let named = 0;
    probe.ops.forEach((op, k) => {
      const answers = sets.map((set) => {
        const order = pick(op, set);
        // A flip leaves half of the images as they are: affected are those that it changed.
        const affected = order
          .filter((i) => altered[k][i].some((value, at) => value !== clean[i][at]))
          .slice(0, LEAKING * SET_SIZE);
        const isAffected = new Set(affected);
        const rest = order.filter((i) => !isAffected.has(i)).slice(0, SET_SIZE - affected.length);
        const rows = [...affected.map((i) => altered[k][i]), ...rest.map((i) => clean[i])];
        return probe.inspectFeatures(rows).leaked?.op ?? "nothing";
      });
      const counts = new Map<string, number>();
      for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      if (!untold.includes(op)) named += counts.get(op) ?? 0;
      console.log(`${op}: ${[...counts].map(([answer, times]) => `${answer} ${times}`).join(", ")}`);
    });
    const told = probe.ops.length - untold.length;
    return `${SETS - alarms} of ${SETS} clean sets silent; ${named} of ${SETS * told} leaking sets of ${told} ops named right${untold.length > 0 ? `; ${untold.join(", ")} cannot be told on these data, and said so` : ""}`;
  },
};
