import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { mannWhitney } from "classifier-eval";
import { writeFileAtomic } from "repro-kit/node";
import type { OpenedGenerator } from "../generate/open-generator.ts";
import { formatModelCard } from "../run-folder/model-card.ts";
import { listVersions } from "../run-folder/versions.ts";
import type { DistanceIdentity } from "./perceptual-features.ts";
import type { ProjectedImage, ProjectTargetsOptions } from "./project-options.ts";
import { formatStudy } from "./study-page.ts";

/** The exact test counts every choice of ranks; beyond so many pairs it would take long. */
const MOST_PAIRS = 2500;

export interface StudyFacts {
  readonly opened: OpenedGenerator;
  readonly options: ProjectTargetsOptions;
  readonly distance: DistanceIdentity;
  readonly isDone: boolean;
}

/** Writes distances.csv, the page and the model card of a folder of projections. @returns The page's path. */
export async function writeStudy(out: string, images: readonly ProjectedImage[], facts: StudyFacts): Promise<string> {
  const { opened, options, distance, isDone } = facts;
  const quoted = (text: string): string => (/[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const rows = images.map(({ name, kind, class: one = "", distance, levels }) =>
    [quoted(name), kind, quoted(one), String(distance), String(levels)].join(","),
  );
  await writeFileAtomic(join(out, "distances.csv"), `${["name,kind,class,distance,rms_levels", ...rows].join("\n")}\n`);
  const provenance = {
    ...opened.provenance,
    target: options.target ?? "the generator's own images",
    space: (options.space ?? "w").toUpperCase(),
    steps: String(options.steps ?? 1000),
    distance: distance.description,
    ...(distance.weights !== undefined && { "weights of the distance": distance.weights }),
    seed: String(options.seed ?? 0),
    ...listVersions(),
  };
  const card = formatModelCard({
    title: `Projections into ${opened.title}`,
    kind: "generated images",
    fromPhantoms: opened.fromPhantoms,
    provenance,
  });
  await writeFileAtomic(join(out, "model-card.md"), card);
  const pictures = await Promise.all(
    images.map(async ({ target, projected }) => ({
      target: (await readFile(join(out, target))).toString("base64"),
      projected: (await readFile(join(out, projected))).toString("base64"),
    })),
  );
  const of = (kind: ProjectedImage["kind"]): number[] =>
    images.filter((one) => one.kind === kind).map(({ distance }) => distance);
  const [real, generated] = [of("real"), of("generated")];
  const isTestable = real.length >= 2 && generated.length >= 2 && real.length * generated.length <= MOST_PAIRS;
  const test = isTestable ? mannWhitney(real, generated) : undefined;
  const page = join(out, "index.html");
  const html = formatStudy({ title: opened.title, images, pictures, provenance, isDone, ...(test ? { pValue: test.p } : {}) });
  await writeFileAtomic(page, html);
  return page;
}
