import { existsSync } from "node:fs";
import { mkdir, readFile, rm } from "node:fs/promises";
import { join, resolve } from "node:path";
import { checkOptions, expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import {
  backendOf,
  className,
  labelsOfClasses,
  type OpenedGenerator,
  openGenerator,
  requireStyles,
} from "../generate/open-generator.ts";
import { createRateMeter } from "../progress/rate.ts";
import { checkSlope } from "./check-slope.ts";
import { createPerceptualFeatures, type DistanceIdentity, type PerceptualFeatures } from "./perceptual-features.ts";
import { projectBlock, STATE, type Target, type TellStep } from "./project-block.ts";
import type { ProjectedImage, ProjectionFile, ProjectTargetsOptions, ProjectTargetsResult } from "./project-options.ts";
import { readTargets } from "./read-targets.ts";
import { writeStudy } from "./write-study.ts";

const KNOWN = [
  ...["run", "checkpoint", "network", "target", "images", "class", "space", "steps", "distance", "weights", "generated", "batch"],
  ...["seed", "saveSeconds", "out", "backend", "resume"],
];
const SCOPE = "project";
const FILE = "project.json";
const DISTANCES = "distances.json";
/** Seeds of the generator's own images begin here, away from those that one looks at first. */
const FIRST_SEED = 1_000_000;

/**
 * Projects images into a generator's style space and writes, for each, the target, its projection and the styles; distances as JSON and
 * CSV; and a page with their distribution. Stopped by Ctrl-C or a kill, `resume` goes on.
 *
 * @throws UsageError if there is no such generator, target or class, or the folder is not one to go on with.
 */
export async function projectTargets(given: ProjectTargetsOptions, hooks: LabHooks = {}): Promise<ProjectTargetsResult> {
  checkOptions("projectTargets", given, KNOWN);
  const stored = given.resume === undefined ? undefined : await readProjectionFile(given);
  const out = given.resume ?? given.out ?? "projected";
  const isGiven = typeof given.distance === "object";
  const options: ProjectTargetsOptions = stored
    ? { ...stored.options, ...(isGiven && { distance: given.distance }) }
    : absolute(given);
  const { target, steps = 1000, batch = 4, generated = 0, distance = "random" } = options;
  expect(target !== undefined || generated > 0, SCOPE, "give an image, a folder or a zip with --target.");
  expect(stored || !existsSync(out), SCOPE, `${out} exists. Go on with --resume ${out}, or choose another folder with --out.`);
  await ready({ backend: (options.backend ?? (await backendOf(options))) as BackendName | "auto" }); // `ready` checks the name
  const opened = await openGenerator(SCOPE, options, hooks);
  let perceptual: PerceptualFeatures | undefined;
  try {
    requireStyles(SCOPE, opened);
    perceptual = await createPerceptualFeatures(distance, options.weights);
    const { name, description, weights } = perceptual;
    const identity: DistanceIdentity = { name, description, ...(weights !== undefined && { weights }) };
    checkSlope(perceptual, opened.imageShape);
    const targets = await targetsOf(opened, options);
    const digests = targets.map(({ digest }) => digest);
    if (stored) checkSame(stored, { digest: opened.digest, targets: digests, distance: identity }, out);
    else {
      await mkdir(out, { recursive: true });
      const { resume: _, out: __, distance: chosen, ...others } = options;
      const kept = typeof chosen === "string" ? { ...others, distance: chosen } : others;
      const file: ProjectionFile = { format: 1, options: kept, distance: identity, digest: opened.digest, targets: digests };
      await writeFileAtomic(join(out, FILE), `${JSON.stringify(file, null, 2)}\n`);
    }
    const images = await readDone(out);
    const tellStep = createStepProgress(steps, { total: targets.length, hooks });
    let isDone = true;
    for (let first = images.length; first < targets.length && isDone; first += batch) {
      const block = targets.slice(first, first + batch);
      const done = await projectBlock({ opened, perceptual, block, first, options: { ...options, steps }, out, hooks, tellStep });
      isDone = done !== undefined;
      if (!done) break;
      images.push(...done);
      await writeFileAtomic(join(out, DISTANCES), `${JSON.stringify(images, null, 2)}\n`);
      await rm(join(out, STATE), { force: true });
    }
    const page = await writeStudy(out, images, { opened, options, distance: identity, isDone });
    hooks.onFact?.({ kind: "file", what: "projections", path: out });
    if (!isDone) hooks.onFact?.({ kind: "note", text: `Stopped; go on with \`qgan project --resume ${out}\`.` });
    return { out, page, distance: identity, images, isDone };
  } finally {
    perceptual?.dispose();
    opened.dispose();
  }
}

/** Paths that still hold when the folder is gone on with from elsewhere. */
function absolute(options: ProjectTargetsOptions): ProjectTargetsOptions {
  const paths = Object.entries(options)
    .filter(([name, value]) => ["run", "network", "target", "weights"].includes(name) && value !== undefined)
    .filter(([, value]) => existsSync(String(value).split(",")[0])) // not the address or preset of a network
    .map(([name, value]) => [
      name,
      String(value)
        .split(name === "weights" ? "," : "\n")
        .map((path) => resolve(path))
        .join(","),
    ]);
  return { ...options, ...Object.fromEntries(paths) };
}

async function readProjectionFile({ resume, ...others }: ProjectTargetsOptions): Promise<ProjectionFile> {
  const folder = resume as string; // the caller looked
  const more = Object.entries(others).filter(([, value]) => value !== undefined);
  expect(
    more.every(([name, value]) => name === "backend" || name === "out" || (name === "distance" && typeof value === "object")),
    SCOPE,
    `--resume goes on with the options that ${folder} was begun with; leave the others out.`,
  );
  let file: Partial<ProjectionFile> | undefined;
  try {
    file = JSON.parse(await readFile(join(folder, FILE), "utf8")) as Partial<ProjectionFile>; // checked below
  } catch (cause) {
    throw new UsageError(`[${SCOPE}] ${folder} holds no readable ${FILE}. Give a folder that \`qgan project\` began.`, { cause });
  }
  expect(
    file.format === 1 && file.options && file.distance && file.digest && file.targets,
    SCOPE,
    `${folder}/${FILE} is of another version. Project anew.`,
  );
  return file as ProjectionFile; // has its parts
}

function checkSame(stored: ProjectionFile, now: Pick<ProjectionFile, "digest" | "targets" | "distance">, out: string): void {
  expect(
    stored.distance.name === now.distance.name,
    SCOPE,
    `${out} was begun with the distance "${stored.distance.name}"; got "${now.distance.name}". Give its extractor with the option distance.`,
  );
  expect(
    stored.distance.weights === now.distance.weights,
    SCOPE,
    `the weights of the distance "${now.distance.name}" are not those that ${out} was begun with: they have changed. Restore them, or project anew.`,
  );
  expect(
    stored.digest === now.digest,
    SCOPE,
    `the generator is not the one that ${out} was begun with: its weights have changed. Give --checkpoint a step, and project anew.`,
  );
  expect(
    String(stored.targets) === String(now.targets),
    SCOPE,
    `the targets are not those that ${out} was begun with. Restore them, or project anew.`,
  );
}

async function readDone(out: string): Promise<ProjectedImage[]> {
  const path = join(out, DISTANCES);
  return existsSync(path) ? (JSON.parse(await readFile(path, "utf8")) as ProjectedImage[]) : []; // written by this file
}

/** The targets with their classes: real ones first, then the generator's own. */
async function targetsOf(opened: OpenedGenerator, options: ProjectTargetsOptions): Promise<readonly Target[]> {
  const { target, images, generated = 0, class: given } = options;
  const { labelSize, classes, title } = opened;
  const shared = given === undefined && labelSize > 0 ? undefined : labelsOfClasses(SCOPE, opened, given)[0];
  const real = target === undefined ? [] : await readTargets(target, opened.imageShape, images);
  const targets: Target[] = real.map((one) => {
    if (labelSize === 0) return { ...one, kind: "real" };
    const own = one.className === undefined ? -1 : classes.indexOf(one.className);
    const label = shared ?? (own >= 0 ? own : undefined);
    const range = `0 to ${labelSize - 1}${classes.length > 0 ? ` (${classes.join(", ")})` : ""}`;
    expect(
      label !== undefined,
      SCOPE,
      `${title} is conditional, and ${one.name} has no class of it: choose one with --class, ${range}.`,
    );
    return { ...one, kind: "real", label };
  });
  const seeds = Array.from({ length: generated }, (_, i) => FIRST_SEED + i);
  if (seeds.length === 0) return targets;
  const labels = labelSize > 0 ? { labels: seeds.map((seed) => shared ?? seed % labelSize) } : {};
  const pixels = await opened.draw(seeds, labels);
  const size = pixels.length / seeds.length;
  for (const [i, seed] of seeds.entries()) {
    const label = labels.labels?.[i];
    targets.push({
      name: `generated-${seed}`,
      kind: "generated",
      pixels: pixels.slice(i * size, (i + 1) * size),
      digest: `${opened.digest}, seed ${seed}, class ${label ?? "none"}`,
      ...(label === undefined ? {} : { label, className: className(opened, label) }),
    });
  }
  return targets;
}

/** Progress over all targets, in steps of a single one. */
function createStepProgress(
  steps: number,
  { total, hooks: { onFact } }: { readonly total: number; readonly hooks: LabHooks },
): TellStep {
  const meter = createRateMeter();
  const all = total * steps;
  return ({ first, count, step, distance }) => {
    const done = first * steps + count * step;
    meter.add(done, performance.now() / 1000);
    const perSecond = meter.perSecond();
    const isKnown = Number.isFinite(perSecond) && perSecond > 0;
    onFact?.({
      kind: "progress",
      part: `Projecting ${first + 1} to ${first + count} of ${total}`,
      unit: "step",
      done: step,
      total: steps,
      fraction: done / all,
      values: { distance },
      ...(isKnown ? { secondsLeft: (all - done) / perSecond } : {}),
    });
  };
}
