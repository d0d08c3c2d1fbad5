import { between, blend, type Color, createOutline, type LesionKind, scatterSpots, spotCoverage, varied } from "../lesion.ts";
import { createNoiseField, smoothstep } from "../noise-field.ts";

const CYST: Color = [228, 210, 188];
const PLUG: Color = [96, 66, 50];

/** A seborrhoeic keratosis: stuck on, sharply edged and scalloped, waxy tan to grey, with furrows, pale cysts and dark plugs. */
export const keratosis: LesionKind = {
  name: "keratosis",
  create(rng) {
    const radius = createOutline(rng, {
      radius: between(rng, 0.4, 0.6),
      elongation: between(rng, 1, 1.5),
      harmonics: [0.03, 0.03, 0.02, 0.015, 0.015, 0.02, 0.02, 0.02, 0.015],
    });
    const wax = varied(rng, [190, 150, 116], { lightness: 12, hue: 4 });
    const shadow = varied(rng, [146, 108, 86], { lightness: 10, hue: 4 });
    const furrows = createNoiseField(rng, { frequency: between(rng, 2.6, 4), octaves: 2 });
    const mottle = createNoiseField(rng, { frequency: 2.4, octaves: 3 });
    const border = createNoiseField(rng, { frequency: 5 });
    const cysts = scatterSpots(rng, 2 + rng.integer(6), { reach: 0.42, radius: [0.03, 0.065] });
    const plugs = scatterSpots(rng, 2 + rng.integer(6), { reach: 0.42, radius: [0.03, 0.06] });
    return {
      radius,
      softness: () => 0.045,
      wander: (x, y) => 0.1 * border(x, y),
      opacity: between(rng, 0.9, 1),
      shade(color, x, y, depth) {
        const ripple = mottle(x, y);
        for (let k = 0; k < 3; k++) color[k] = wax[k] + 10 * ripple;
        blend(color, shadow, 0.45 + 0.7 * ripple);
        // A ridge of the noise is a furrow: dark where the field crosses zero.
        blend(color, PLUG, 0.4 * (1 - smoothstep(0, 0.2, Math.abs(furrows(x, y)))));
        blend(color, PLUG, 0.65 * spotCoverage(plugs, x, y));
        blend(color, CYST, 0.65 * spotCoverage(cysts, x, y));
        blend(color, PLUG, 0.4 * smoothstep(0.78, 1, depth));
      },
    };
  },
};
