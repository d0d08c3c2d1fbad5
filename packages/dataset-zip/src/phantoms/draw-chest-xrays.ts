import { createRng } from "repro-kit";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { chestKinds, drawChest } from "./chest.ts";
import { type PhantomOptions, resolveClasses } from "./phantom-options.ts";

/** Names of the classes that `drawChestXrays` knows. */
export const CHEST_XRAY_CLASSES: readonly string[] = chestKinds.map(({ name }) => name);

/**
 * Drawn pictures that look like chest X-rays from the front, for demos and tests: normal, pneumonia (one dense cloud in one
 * lung), covid (faint patches on both sides, at the edges and low). For research on methods; not medical data. Every third
 * patient of a class was X-rayed twice; the patient is the group.
 *
 * The n-th picture of a class depends on the seed, the class and n only. Grey, [size, size, 1].
 *
 * @throws UsageError if a class is unknown or given twice, or a number is out of range.
 */
export function drawChestXrays(options: PhantomOptions): LabelledImage[] {
  const kinds = resolveClasses("drawChestXrays", options, chestKinds);
  const rng = createRng(options.seed).fork("chest X-rays");
  return Array.from({ length: options.count }, (_, i) => {
    const label = i % kinds.length;
    const number = Math.floor(i / kinds.length);
    const kind = kinds[label];
    const ofClass = rng.fork(kind.name);
    const patient = number - Math.floor((number + 1) / 4); // numbers 2 and 3, 6 and 7, … share one
    return {
      pixels: drawChest(kind, options.size, { rng: ofClass.fork("patient", patient), viewRng: ofClass.fork("view", number) }),
      label,
      group: `${kind.name} ${patient}`,
      source: `phantom ${kind.name} ${number}, seed ${options.seed}`,
    };
  });
}
