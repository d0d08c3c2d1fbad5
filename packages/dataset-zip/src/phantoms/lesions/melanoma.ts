import { between, blend, type Color, createOutline, type LesionKind, scatterSpots, spotCoverage, varied } from "../lesion.ts";
import { createNoiseField, smoothstep } from "../noise-field.ts";

const BLACK: Color = [40, 30, 34];
const BLUE_GREY: Color = [98, 96, 116];
const RED: Color = [168, 92, 88];
const SCAR: Color = [208, 176, 170];

/** A melanoma: asymmetric, notched, several colours in patches, a border that is sharp here and fades there. */
export const melanoma: LesionKind = {
  name: "melanoma",
  create(rng) {
    const radius = createOutline(rng, {
      radius: between(rng, 0.48, 0.68),
      elongation: between(rng, 1.05, 1.6),
      harmonics: [0.09, 0.09, 0.05, 0.03, 0.02],
    });
    const brown = varied(rng, [124, 80, 66], { lightness: 14, hue: 5 });
    // Most have black and one or two further colours; the threshold says how much of the lesion each takes.
    const patches = [BLACK, BLUE_GREY, RED, SCAR].map((color, k) => ({
      color: varied(rng, color, { lightness: 8, hue: 4 }),
      field: createNoiseField(rng, { frequency: between(rng, 1.4, 2.6), octaves: 3 }),
      threshold: [0, 0.2, 0.22, 0.34][k] + 0.12 * rng.normal(),
      strength: [0.95, 0.7, 0.6, 0.6][k],
    }));
    const dots = scatterSpots(rng, rng.integer(7), { reach: 0.5, radius: [0.025, 0.05] });
    const grain = createNoiseField(rng, { frequency: 7, octaves: 3 });
    const border = createNoiseField(rng, { frequency: 3.5, octaves: 3 });
    const roughness = between(rng, 0.35, 0.6);
    const fadeDirection = between(rng, 0, 2 * Math.PI);
    const fade = between(rng, 0.1, 0.3);
    return {
      radius,
      softness: (theta) => 0.08 + fade * (0.5 + 0.5 * Math.cos(theta - fadeDirection)) ** 2,
      wander: (x, y) => roughness * border(x, y),
      opacity: between(rng, 0.92, 1),
      shade(color, x, y) {
        for (let k = 0; k < 3; k++) color[k] = brown[k];
        for (const patch of patches) {
          const share = smoothstep(patch.threshold - 0.14, patch.threshold + 0.26, patch.field(x, y));
          if (share > 0) blend(color, patch.color, patch.strength * share);
        }
        blend(color, BLACK, 0.6 * spotCoverage(dots, x, y));
        const speckle = 26 * grain(x, y);
        for (let k = 0; k < 3; k++) color[k] += speckle;
      },
    };
  },
};
