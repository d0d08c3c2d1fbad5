import { createRng } from "repro-kit";
import type { LabelledImage } from "../dataset/labelled-image.ts";
import { drawEye, fundusKinds } from "./fundus.ts";
import { type PhantomOptions, resolveClasses } from "./phantom-options.ts";

/** Names of the classes that `drawFundus` knows. */
export const FUNDUS_CLASSES: readonly string[] = fundusKinds.map(({ name }) => name);

/**
 * Drawn pictures that look like photographs of the eye's fundus, for demos and tests: normal, diabetic retinopathy (dots,
 * blots, yellow exudates), glaucoma (a wide cup in the optic disc), cataract (all behind haze). For research on methods; not
 * medical data. Two pictures after another of a class are the right and the left eye of one patient, who is their group.
 *
 * The n-th picture of a class depends on the seed, the class and n only. RGB, [size, size, 3].
 *
 * @throws UsageError if a class is unknown or given twice, or a number is out of range.
 */
export function drawFundus(options: PhantomOptions): LabelledImage[] {
  const kinds = resolveClasses("drawFundus", options, fundusKinds);
  const rng = createRng(options.seed).fork("fundus");
  return Array.from({ length: options.count }, (_, i) => {
    const label = i % kinds.length;
    const number = Math.floor(i / kinds.length);
    const kind = kinds[label];
    const ofClass = rng.fork(kind.name);
    const patient = Math.floor(number / 2);
    const isRight = number % 2 === 0;
    const rngs = { rng: ofClass.fork("patient", patient), viewRng: ofClass.fork("view", number) };
    return {
      pixels: drawEye(kind, options.size, { ...rngs, isRight }),
      label,
      group: `${kind.name} ${patient}`,
      source: `phantom ${kind.name} ${patient} ${isRight ? "right" : "left"}, seed ${options.seed}`,
    };
  });
}
