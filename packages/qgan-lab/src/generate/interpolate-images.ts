import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { imagesOfStyles, stylesOfLatents } from "qgan-core";
import { checkOptions, expect } from "repro-kit";
import { commitFolder } from "repro-kit/node";
import { type BackendName, ready } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { compressPng } from "../run-folder/compress-png.ts";
import { formatModelCard } from "../run-folder/model-card.ts";
import { listVersions } from "../run-folder/versions.ts";
import { encodeAnimation, findSharp, SHARP_MISSING } from "./encode-animation.ts";
import { backendOf, className, type GeneratorChoice, labelsOfClasses, openGenerator, requireStyles } from "./open-generator.ts";
import { normalizeRows, smoothPath } from "./smooth-path.ts";
import { createWorkProgress } from "./work-progress.ts";

export interface InterpolateImagesOptions extends GeneratorChoice {
  /** Seeds that the path goes through, in their order. */
  readonly seeds: readonly number[];
  /** Where the path is smooth: in latents ("z") or in styles ("w"). Default "w". */
  readonly space?: "z" | "w";
  /** Frames from one seed to the next. Default 30. */
  readonly frames?: number;
  /** Whether the path goes back to the first seed. Default true. */
  readonly loop?: boolean;
  /** One class, or in W one for each seed. */
  readonly class?: string;
  readonly truncation?: number;
  readonly cutoff?: number;
  readonly noise?: "const" | "none";
  /** Default "webp" where sharp is there, else "none". */
  readonly animation?: "webp" | "gif" | "none";
  /** Frames a second of the animation. Default 24. */
  readonly fps?: number;
  /** A new folder: frame00000.png, … and the animation. */
  readonly out: string;
  readonly backend?: string;
}

export interface InterpolateImagesResult {
  readonly out: string;
  readonly count: number;
  readonly animation?: string;
  readonly digest: string;
}

const KNOWN = [
  ...["run", "checkpoint", "network", "seeds", "space", "frames", "loop", "class", "truncation", "cutoff", "noise", "animation"],
  ...["fps", "out", "backend"],
];
const SCOPE = "interpolate";
/** What all frames may take. */
const MOST_BYTES = 2 ** 30;
/** An animation is shown at least this wide. */
const LEAST_WIDTH = 256;

/**
 * Frames along a smooth path through seeds, and an animation of them.
 *
 * @throws UsageError as `generateImages`; where an animation is asked for and sharp is not installed.
 */
export async function interpolateImages(
  options: InterpolateImagesOptions,
  hooks: LabHooks = {},
): Promise<InterpolateImagesResult> {
  checkOptions("interpolateImages", options, KNOWN);
  const {
    seeds,
    space = "w",
    frames = 30,
    loop = true,
    truncation = 1,
    cutoff,
    noise = "const",
    fps = 24,
    out,
    backend,
  } = options;
  expect(seeds.length >= 2, SCOPE, `a path needs at least 2 seeds; got ${seeds.length}. Give more with --seeds.`);
  const sharp = options.animation === "none" ? undefined : await findSharp();
  expect(sharp || options.animation === undefined || options.animation === "none", SCOPE, SHARP_MISSING);
  await ready({ backend: (backend ?? (await backendOf(options))) as BackendName | "auto" }); // `ready` checks the name
  const opened = await openGenerator(SCOPE, options, hooks);
  try {
    const { network, params } = requireStyles(SCOPE, opened);
    const classes = labelsOfClasses(SCOPE, opened, options.class);
    expect(
      classes.length <= 1 || (classes.length === seeds.length && space === "w"),
      SCOPE,
      `give one class, or in W one for each of the ${seeds.length} seeds; got ${classes.length}.`,
    );
    const styled = (latents: Float32Array): Promise<Float32Array> => {
      const count = latents.length / network.latentSize;
      const labels = classes.length > 0 ? { labels: Array.from({ length: count }, (_, i) => classes[i] ?? classes[0]) } : {};
      const limits = { psi: truncation, ...(cutoff === undefined ? {} : { cutoff }) };
      return stylesOfLatents(network, params, latents, { ...labels, truncation: limits });
    };
    const size = network.synthesis.numStyles * network.styleSize;
    const numFrames = loop ? seeds.length * frames : (seeds.length - 1) * frames + 1;
    checkMemory(numFrames, opened.imageShape);
    const latents = opened.latents(seeds);
    const styles =
      space === "w"
        ? smoothPath(await styled(latents), size, { frames, loop })
        : await styled(smoothPath(normalizeRows(latents, network.latentSize), network.latentSize, { frames, loop }));
    const count = styles.length / size;
    const report = createWorkProgress("Interpolating", count, hooks);
    const pixels = await imagesOfStyles(network, params, styles, {
      noise,
      onImages: (done) => {
        expect(!hooks.signal?.aborted, SCOPE, "stopped; nothing was written.");
        report(done);
      },
    });
    const [height, width, channels] = opened.imageShape;
    const length = height * width * channels;
    const format = options.animation === "gif" ? "gif" : "webp";
    const scale = Math.max(1, Math.round(LEAST_WIDTH / width));
    const animation = sharp && (await encodeAnimation(sharp, pixels, { format, imageShape: opened.imageShape, fps, scale }));
    const name = `interpolation.${format}`;
    const card = formatModelCard({
      title: `${count} frames between ${seeds.length} images of ${opened.title}`,
      kind: "generated images",
      fromPhantoms: opened.fromPhantoms,
      provenance: {
        ...opened.provenance,
        "seeds in order": seeds.join(", "),
        path: `Catmull–Rom in ${space}, ${frames} frames from seed to seed${loop ? ", closed" : ""}`,
        ...(classes.length > 0 ? { classes: classes.map((label) => className(opened, label)).join(", ") } : {}),
        ...(truncation === 1 ? {} : { truncation: `psi ${truncation}${cutoff === undefined ? "" : `, first ${cutoff} styles`}` }),
        ...(noise === "const" ? {} : { noise }),
        ...listVersions(),
      },
    });
    await commitFolder(out, async (partial) => {
      for (let i = 0; i < count; i++) {
        const frame = { data: pixels.subarray(i * length, (i + 1) * length), height, width, channels };
        await writeFile(join(partial, `frame${String(i).padStart(5, "0")}.png`), compressPng(frame));
      }
      if (animation) await writeFile(join(partial, name), animation);
      await writeFile(join(partial, "model-card.md"), card);
    });
    hooks.onFact?.({ kind: "file", what: "frames", path: out });
    if (!animation && options.animation === undefined) hooks.onFact?.({ kind: "note", text: SHARP_MISSING });
    return { out, count, ...(animation ? { animation: join(out, name) } : {}), digest: opened.digest };
  } finally {
    opened.dispose();
  }
}

/** Frames are held until the last is there, and a second time, enlarged, for the animation. */
function checkMemory(count: number, [height, width, channels]: readonly [number, number, number]): void {
  const bytes = count * height * width * channels;
  const most = Math.floor(MOST_BYTES / (bytes / count));
  expect(
    bytes <= MOST_BYTES,
    SCOPE,
    `${count} frames of ${width}×${height} would take ${(bytes / 2 ** 30).toFixed(1)} GiB; at most ${most} fit. Give fewer seeds or --frames.`,
  );
}
