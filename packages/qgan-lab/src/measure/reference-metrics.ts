import { type StyleGanPreset, styleGanPresets } from "fid-metrics";
import { expect, listKnown } from "repro-kit";

/** "fid50k_full", or with another number: "fid2k_full", "pr0.5k3_full", "is10k". */
const NAME = /^(fid|kid|is|pr)(\d+(?:\.\d+)?)k(3?)(_full)?$/;
/** The number in the names of the StyleGAN tools. */
const STANDARD = "50k";

/**
 * A metric of StyleGAN2-ADA by its name there. The number in the name is that of generated images, and another one may stand in it:
 * "fid2k_full" is fid50k_full of 2000 images.
 *
 * @throws UsageError for a name that is none.
 */
export function referenceMetric(name: string, scope: string): StyleGanPreset {
  const [, kind, number = "", k = "", full = ""] = NAME.exec(name) ?? [];
  const known = styleGanPresets.map((preset) => preset.name);
  const base = kind === undefined ? name : `${kind}${STANDARD}${k}${full}`;
  const preset = styleGanPresets.find((one) => one.name === base);
  expect(
    preset,
    scope,
    () => `no metric "${name}"; ${listKnown(name, known)} Another number of images may stand in a name: fid2k_full.`,
  );
  if (preset.name === name) return preset;
  const numGenerated = Math.round(1000 * Number(number));
  expect(numGenerated >= 2, scope, `${name} stands for ${numGenerated} generated images; at least 2 are needed.`);
  return { ...preset, name, numGenerated, results: preset.results.map((result) => result.replace(STANDARD, `${number}k`)) };
}

/** The name in the tools that a name with another number stands for. */
export const standardName = (name: string): string =>
  name.replace(NAME, (_, kind, __, k, full = "") => `${kind}${STANDARD}${k}${full}`);
