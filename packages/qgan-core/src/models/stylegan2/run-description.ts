import type { StyleGan2TrainingOptions, TrainingSetFacts } from "./training-options.ts";
import { RESUME_PRESETS } from "./training-tables.ts";

/** The run's description: the images' name and every option that is not as usual. */
export function describeRun(options: StyleGan2TrainingOptions, dataset: TrainingSetFacts, gpus: number): string {
  const {
    cond,
    subset,
    mirror,
    mirrory,
    cfg = "auto",
    gamma,
    kimg,
    batch,
    aug,
    p,
    target,
    augpipe,
    resume,
    freezed,
    epochs,
  } = options;
  const parts = [dataset.name];
  const add = (isThere: boolean | undefined, part: string) => {
    if (isThere) parts.push(part);
  };
  add(cond, "cond");
  add(subset !== undefined, `subset${subset}`);
  add(mirror, "mirror");
  add(mirrory, "mirrory");
  parts.push(cfg === "auto" ? `auto${gpus}` : cfg);
  add(gamma !== undefined, `gamma${general(gamma)}`);
  add(kimg !== undefined, `kimg${kimg}`);
  add(epochs !== undefined, `epochs${general(epochs)}`);
  add(batch !== undefined, `batch${batch}`);
  add(aug !== undefined, `${aug}`);
  add(p !== undefined, `p${general(p)}`);
  add(target !== undefined, `target${general(target)}`);
  add(augpipe !== undefined, `${augpipe}`);
  if (resume !== undefined)
    parts.push(resume === "noresume" ? resume : `resume${Object.hasOwn(RESUME_PRESETS, resume) ? resume : "custom"}`);
  add(freezed !== undefined, `freezed${freezed}`);
  return parts.join("-");
}

/** C's %g: six significant digits, no trailing zeros, an exponent of two digits below 1e-4 and from 1e6. */
function general(value: number | undefined): string {
  if (value === undefined || value === 0 || !Number.isFinite(value)) return String(value);
  const [mantissa, exponent] = value.toExponential(5).split("e");
  const power = Number(exponent);
  const trimmed = (text: string) => (text.includes(".") ? text.replace(/\.?0+$/, "") : text);
  if (power >= -4 && power < 6) return trimmed(value.toFixed(5 - power));
  return `${trimmed(mantissa)}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}
