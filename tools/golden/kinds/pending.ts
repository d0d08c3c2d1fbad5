import type { GoldenFile, GoldenKind, GoldenMatch } from "../golden-kind.ts";

/** Which fields tell a kind of case, and how its cases are called. */
interface Recogniser {
  readonly name: string;
  /** Fields of a JSON object that holds such cases (or of a section of it). */
  readonly fields?: readonly string[];
  /** A section of a JSON file that holds several. */
  readonly section?: string;
  /** Fields of the elements of a `cases` list. */
  readonly caseFields?: readonly string[];
  /** Tensor names of a safetensors file: each pattern must match at least one. */
  readonly tensors?: readonly RegExp[];
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const hasAll = (value: unknown, fields: readonly string[]): boolean => isRecord(value) && fields.every((field) => field in value);

/** Kinds whose piece comes with a later issue. A kind leaves this list when its own file in this folder is written. */
const LATER: readonly Recogniser[] = [
  { name: "vae-losses", section: "vae", fields: ["kl_mean_per_sample", "mse_mean"], tensors: [/^recon_logits$/, /^logvar$/] },
  { name: "bsa-losses", section: "bsa", fields: ["emd", "l1_pixel"], tensors: [/^bn\.gamma$/, /^target_img$/] },
  { name: "gan-losses", section: "gan", fields: ["nsgan_D", "nsgan_G"], tensors: [/^fake$/, /^real$/] },
  { name: "ddpm-samplers", fields: ["ddim_times_S10"], tensors: [/^ddim\./, /^noises$/] },
  { name: "ddpm-schedules", fields: ["timesteps", "arguments"], tensors: [/betas_f64$/] },
  { name: "ddpm-process", tensors: [/posterior_mean$/, /^xt$/] },
  { name: "ddpm-unet", fields: ["unet_kwargs", "names_shapes"], tensors: [/^downs\.|^grad\.downs\./] },
  { name: "mage", fields: ["vqgan_cfg", "mage_kwargs"], tensors: [/^token_drop_mask$/] },
  { name: "mage-adapter", tensors: [/^block\.adapt_out$/, /^vq\.quantized$/] },
];

function namesOf(file: GoldenFile, { fields, section, caseFields, tensors }: Recogniser): string[] | undefined {
  const { json } = file;
  if (isRecord(json)) {
    const body = section ? json[section] : json;
    const cases = isRecord(body) && Array.isArray(body.cases) ? body.cases : [];
    if (fields && hasAll(body, fields)) return cases.length > 0 ? cases.map(caseName) : [section ?? file.path];
    if (caseFields && cases.length > 0 && cases.every((one) => hasAll(one, caseFields))) return cases.map(caseName);
    return undefined;
  }
  const names = file.tensors && Object.keys(file.tensors.tensors);
  return names && tensors?.every((pattern) => names.some((name) => pattern.test(name))) ? [] : undefined;
}

const caseName = (one: unknown, index: number): string =>
  isRecord(one) && typeof one.name === "string" ? one.name : `case ${index}`;

export const pendingKinds: readonly GoldenKind[] = LATER.map((recogniser) => ({
  name: recogniser.name,
  find({ files }) {
    const matches: GoldenMatch[] = [];
    for (const file of files) {
      const names = namesOf(file, recogniser);
      if (names) matches.push({ files: [file], cases: names.map((name) => ({ name, check: undefined })) });
    }
    // Numbers that stand in tensors alone are one case.
    const all = matches.flatMap(({ cases }) => cases);
    return matches.length > 0 && all.length === 0
      ? [{ files: matches.flatMap((match) => match.files), cases: [{ name: matches[0].files[0].path, check: undefined }] }]
      : matches;
  },
}));
