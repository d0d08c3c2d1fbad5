import { existsSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { augment, createLeakProbe, createPipeline, drawsFromRng, type LeakProbe } from "ada-augment";
import { importImages } from "dataset-zip/node";
import { createRng, expect, type Rng } from "repro-kit";
import { ready } from "tfjs-train";
import type { Soak } from "./soak.ts";

/** Not one that the probe was tuned with. */
const SEED = 20_262;
const SETS = 100;
const SET_SIZE = 500;
/** Share of the images of a leaking set that carry the op. */
const LEAKING = 0.1;
const SIDE = 64;
const CHUNK = 64;

/** The skin images of the shared folder in two halves that share no lesion. */
async function loadHalves(shared: string, rng: Rng, count: number): Promise<[tf.Tensor4D, tf.Tensor4D]> {
  const source = join(shared, "data", "skin-ham10000");
  const byLesion = new Map<string, Uint8Array[]>();
  for await (const { pixels, group = "" } of await importImages({ source, group: "lesion_id", size: SIDE }))
    byLesion.set(group, [...(byLesion.get(group) ?? []), pixels.data]);
  const lesions = rng.shuffle([...byLesion.keys()].sort());
  const middle = Math.floor(lesions.length / 2);
  const stack = (names: readonly string[]): tf.Tensor4D => {
    const images = names.flatMap((name) => byLesion.get(name) ?? []).slice(0, count);
    const pixels = Float32Array.from(
      images.flatMap((image) => [...image]),
      (value) => value / 127.5 - 1,
    );
    return tf.tensor4d(pixels, [images.length, SIDE, SIDE, 3]);
  };
  return [stack(lesions.slice(0, middle)), stack(lesions.slice(middle))];
}

/** The rows of each op: what the probe sees of the images with that op on them. */
function leakingRows(probe: LeakProbe, images: tf.Tensor4D, preset: string, rng: Rng): number[][][] {
  return createPipeline(preset).ops.map((op) => {
    const rows: number[][] = [];
    for (let first = 0; first < images.shape[0]; first += CHUNK)
      tf.tidy(() => {
        const chunk = tf.slice(images, [first, 0, 0, 0], [Math.min(CHUNK, images.shape[0] - first), SIDE, SIDE, 3]);
        const draws = drawsFromRng(rng.fork(op.name, first));
        rows.push(...probe.features(augment(chunk, { ops: [op], p: 1, draws, blits: "resampled" })));
      });
    return rows;
  });
}

export const augmentLeaks: Soak = {
  name: "augment-leaks",
  description: `${SETS} sets of real skin images with each op on a tenth of them, ${SETS} clean ones: how often is it named? [preset] [images] [shared folder]`,
  async run([preset = "bgcfnc", count = "1000", shared = "../shared"]) {
    if (!existsSync(join(shared, "data", "skin-ham10000"))) return "skipped: no data/skin-ham10000 in the shared folder";
    expect(
      Number.isInteger(Number(count)) && Number(count) >= SET_SIZE,
      "augment-leaks",
      `images must be ≥ ${SET_SIZE}; got ${count}.`,
    );
    await ready();
    const rng = createRng(SEED);
    const [real, others] = await loadHalves(shared, rng.fork("split"), Number(count));
    const probe = createLeakProbe(real, { ops: preset, rng: rng.fork("probe") });
    const clean = probe.features(others);
    const altered = leakingRows(probe, others, preset, rng.fork("leaks"));
    const pick = (label: string, set: number) => rng.fork(label, set).shuffle(clean.keys()).slice(0, SET_SIZE);
    const sets = Array.from({ length: SETS }, (_, set) => set);
    const alarms = sets.filter((set) => probe.inspectFeatures(pick("clean", set).map((i) => clean[i])).leaked).length;
    console.log(`clean sets: ${SETS - alarms} of ${SETS} silent`);
    let named = 0;
    probe.ops.forEach((op, k) => {
      const answers = sets.map((set) => {
        const rows = pick(op, set).map((i, at) => (at < LEAKING * SET_SIZE ? altered[k][i] : clean[i]));
        return probe.inspectFeatures(rows).leaked?.op ?? "nothing";
      });
      const counts = new Map<string, number>();
      for (const answer of answers) counts.set(answer, (counts.get(answer) ?? 0) + 1);
      named += counts.get(op) ?? 0;
      console.log(`${op}: ${[...counts].map(([answer, times]) => `${answer} ${times}`).join(", ")}`);
    });
    return `${SETS - alarms} of ${SETS} clean sets silent; ${named} of ${SETS * probe.ops.length} leaking sets named right`;
  },
};
