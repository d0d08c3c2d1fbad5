import { expect } from "repro-kit";
import { groupByPattern } from "../../../dataset/group-pattern.ts";
import type { MakeDatasetOptions } from "../../../dataset/make-dataset.ts";
import { formatBytes } from "../../../progress/duration.ts";
import { runInWorker } from "../../../worker/run-in-worker.ts";
import type { CommandSpec } from "../../command-spec.ts";
import { integer, list } from "../../option-parsers.ts";
import { groupOption, groupPatternOption, labelsOption, presetOption } from "./group-options.ts";

/** Options of the reference tool, and what each is here. */
interface ReferenceOptions {
  readonly source?: string;
  readonly dest?: string;
  readonly resizeFilter?: string;
  readonly width?: number;
  readonly height?: number;
}

export const createDatasetCommand: CommandSpec = {
  name: "create",
  summary: "make a dataset zip from a folder, zip or table of images, or from drawn phantoms",
  argument: {
    flags: "[source]",
    text: "a folder (class folders are understood), a zip, a table, or an archive of MNIST, CIFAR or MedMNIST; left out: phantoms",
  },
  options: [
    {
      flags: "--out <file>",
      text: "the zip to write; a name without ending is a folder of the same files",
      standard: "data.zip",
    },
    labelsOption,
    presetOption,
    { flags: "--classes <names>", text: "classes to take, in the order of their labels", parse: list, standard: "all" },
    groupOption,
    groupPatternOption,
    { flags: "--size <n>", text: "height and width in pixels", parse: integer(1), standard: "as they are; phantoms 64" },
    { flags: "--filter <name>", text: "filter of Pillow for resizing", standard: "lanczos" },
    {
      flags: "--transform <name>",
      text: "what to do with other shapes: center-crop, center-crop-wide, stretch, pad",
      standard: "center-crop",
    },
    { flags: "--channels <n>", text: "1: all grey, 3: all RGB", parse: integer(1), standard: "as they are" },
    {
      flags: "--background <color>",
      text: "what lies behind transparent pixels: black, white",
      standard: "images that have some are left out",
    },
    { flags: "--max-images <n>", text: "take the first so many only", parse: integer(1) },
    { flags: "--any-shape", text: "keep images that are not square with a side that is a power of two (StyleGAN2 refuses them)" },
    { flags: "--strict", text: "stop at the first image that cannot be read, instead of leaving it out" },
    { flags: "--phantoms <kind>", text: "what is drawn without a source: skin, fundus, chest-xray", standard: "skin" },
    { flags: "--count <n>", text: "number of phantoms", parse: integer(1), standard: "900" },
    { flags: "--seed <n>", text: "seed of the phantoms", parse: integer(0), standard: "0" },
    { flags: "--overwrite", text: "replace the zip if it is there" },
    { flags: "--source <path>", text: "as the reference tool: the source" },
    { flags: "--dest <file>", text: "as the reference tool: --out" },
    { flags: "--resize-filter <name>", text: "as the reference tool: --filter" },
    {
      flags: "--width <n>",
      text: "width in pixels, with --height; as in the reference tool images are stretched to it unless --transform is given",
      parse: integer(1),
    },
    { flags: "--height <n>", text: "height in pixels, with --width", parse: integer(1) },
  ],
  examples: [
    "qgan dataset create ISIC_2019_Training_Input/ --preset isic2019 --classes MEL,NV,BCC --size 64 --out isic.zip",
    "qgan dataset create skin/ --labels labels.csv --group lesion_id --size 64 --out skin.zip",
    "qgan dataset create fundus/ --group-pattern '(\\d+)_(left|right)' --size 128 --out fundus.zip",
    "qgan dataset create --source=photos.zip --dest=data.zip --resize-filter=box --width=256 --height=256",
    "qgan dataset create --phantoms fundus --count 600 --size 64 --out eyes.zip",
  ],
  async run({ argument, options }, { hooks, dryRun, result, plan }) {
    const given = withReferenceNames(argument, options);
    if (dryRun) return plan(...(await planDataset(given)));
    const made = await runInWorker("dataset", given, hooks);
    const [height, width, channels] = made.imageShape;
    const numLeftOut = made.report?.rejected.length ?? 0;
    result(
      [
        `${made.path}: ${made.count} images of ${height}×${width}, ${channels === 1 ? "grey" : "RGB"}${made.isPhantom ? ", phantoms" : ""}`,
        ...made.classes.map(({ name, count }) => `  ${name}: ${count}`),
        ...(numLeftOut > 0 ? [`${numLeftOut} left out; each is named above with its reason, and in the zip's provenance.`] : []),
        ...(made.report?.notes ?? []),
      ],
      { ...made },
    );
  },
};

/** Reads the reference tool's names as ours. @throws UsageError where one thing is said twice. */
function withReferenceNames(argument: string | undefined, options: Readonly<Record<string, unknown>>): MakeDatasetOptions {
  const { source, dest, resizeFilter, width, height, ...own } = options as ReferenceOptions & Partial<MakeDatasetOptions>; // parsed by the specs above
  const once = (ours: unknown, theirs: unknown, names: string): void =>
    expect(ours === undefined || theirs === undefined, "qgan dataset create", `give ${names}, not both.`);
  once(argument, source, "the source or --source");
  expect(
    source === undefined || dest !== undefined || own.out !== undefined,
    "qgan dataset create",
    "--source needs --dest, the zip or folder to write. Give it.",
  );
  once(options.out, dest, "--out or --dest");
  once(options.filter, resizeFilter, "--filter or --resize-filter");
  once(options.size, width ?? height, "--size or --width and --height");
  expect((width === undefined) === (height === undefined), "qgan dataset create", "give both --width and --height.");
  const given = {
    ...own,
    out: dest ?? own.out ?? "data.zip",
    source: argument ?? source,
    filter: resizeFilter ?? own.filter,
    size: width !== undefined && height !== undefined ? { width, height } : own.size,
    ...(width !== undefined && own.transform === undefined ? { transform: "stretch" as const } : {}),
  };
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as unknown as MakeDatasetOptions; // checked by makeDataset
}

async function planDataset({
  source,
  out,
  size,
  count = 900,
  ...rest
}: MakeDatasetOptions): Promise<[string[], Record<string, unknown>]> {
  const side = typeof size === "number" ? size : undefined;
  const estimate = (images: number, pixels: number): string => formatBytes(images * (pixels * 3 + 200));
  if (source === undefined) {
    const pixels = (side ?? 64) ** 2;
    return [
      [
        `Would draw ${count} phantoms (${rest.phantoms ?? "skin"}) of ${side ?? 64}×${side ?? 64} into ${out}, about ${estimate(count, pixels)}.`,
      ],
      { out, count },
    ];
  }
  const { labels, preset, classes, group, groupPattern } = rest;
  const { importImages } = await import("dataset-zip/node");
  const images = await importImages({
    source,
    ...(size === undefined ? {} : { size }),
    ...(labels === undefined ? {} : { labels }),
    ...(preset === undefined ? {} : { preset }),
    ...(classes === undefined ? {} : { classes }),
    ...(group === undefined ? {} : { group }),
    ...(groupPattern === undefined ? {} : { group: groupByPattern(groupPattern) }),
  });
  const about = side === undefined ? "" : `, about ${estimate(images.count, side ** 2)}`;
  const names = images.classes ? ` of ${images.classes.length} classes (${images.classes.join(", ")})` : " without labels";
  return [
    [`Would read ${images.count} images${names} from ${source} into ${out}${about}.`],
    { source, out, count: images.count, classes: images.classes ?? null },
  ];
}
