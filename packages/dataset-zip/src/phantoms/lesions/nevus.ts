import { between, blend, createOutline, type LesionKind, varied } from "../lesion.ts";
import { createNoiseField } from "../noise-field.ts";

/** A common mole: round or oval, one even brown that deepens towards the middle, a regular border. */
export const nevus: LesionKind = {
  name: "nevus",
  create(rng) {
    const radius = createOutline(rng, {
      radius: between(rng, 0.3, 0.5),
      elongation: between(rng, 1, 1.4),
      harmonics: [0.03, 0.02, 0.01],
    });
    const redness = between(rng, -10, 18);
    const rim = varied(rng, [160 + redness, 102, 84], { lightness: 12, hue: 4 });
    const core = varied(rng, [104 + redness, 60, 50], { lightness: 14, hue: 4 });
    const network = createNoiseField(rng, { frequency: 6, octaves: 2 });
    const border = createNoiseField(rng, { frequency: 5, octaves: 2 });
    const softness = between(rng, 0.1, 0.22);
    return {
      radius,
      softness: () => softness,
      wander: (x, y) => 0.06 * border(x, y),
      opacity: between(rng, 0.85, 0.98),
      shade(color, x, y, depth) {
        for (let k = 0; k < 3; k++) color[k] = core[k];
        blend(color, rim, Math.min(1, depth * depth));
        const mesh = 14 * network(x, y);
        for (let k = 0; k < 3; k++) color[k] += mesh;
      },
    };
  },
};
