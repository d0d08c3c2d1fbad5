import { readdirSync } from "node:fs";
import { join } from "node:path";
import { resizeImage } from "array-kernels";
import {
  type Features,
  frechetDistanceFromFeatures,
  type ImageArray,
  type InceptionModeName,
  type InceptionTap,
  kernelDistance,
} from "fid-metrics";
import sharp from "sharp";
import { scaled } from "../compare.ts";
import { extractInWorkers } from "../extract-in-workers.ts";
import type { Deviation, GoldenCase, GoldenFile, GoldenKind } from "../golden-kind.ts";

/** Tolerances of golden/real/README.md; single features as activations in golden/eval/README.md. */
const METRIC = 1e-3; // relative
const KID = 1e-6; // absolute, where that is the larger
const FEATURES = 2e-4; // of 1 + the largest magnitude

interface ImageSet {
  readonly folder: string;
  readonly count: number;
  readonly resize?: number;
  readonly filter?: Parameters<typeof resizeImage>[1]["filter"];
}
interface RealCase {
  readonly a: string;
  readonly b: string;
  readonly tap: InceptionTap;
  readonly fid: number;
  readonly kid: number;
}
interface RealSuite {
  readonly weights: string;
  readonly mode: InceptionModeName;
  readonly sets: Readonly<Record<string, ImageSet>>;
  readonly cases: readonly RealCase[];
}

function suiteOf({ json }: GoldenFile): RealSuite | undefined {
  if (typeof json !== "object" || json === null) return;
  if (!("weights" in json && "mode" in json && "sets" in json && "cases" in json && Array.isArray(json.cases))) return;
  const isCase = (one: unknown): boolean =>
    typeof one === "object" && one !== null && "tap" in one && "fid" in one && "kid" in one;
  return json.cases.every(isCase) ? (json as RealSuite) : undefined; // its field names are those of the README
}

/** Features of the first rows of a set, by `d<tap>`. */
const isFirstFeatures = ({ tensors }: GoldenFile): boolean =>
  tensors !== undefined &&
  Object.keys(tensors.tensors).length > 0 &&
  Object.keys(tensors.tensors).every((name) => /^d\w+$/.test(name));

async function readImages(shared: string, { folder, count, resize, filter = "lanczos" }: ImageSet): Promise<ImageArray> {
  const path = join(shared, ...folder.split("/"));
  const names = readdirSync(path)
    .filter((name) => /\.(jpe?g|png)$/i.test(name))
    .sort()
    .slice(0, count);
  if (names.length < count) throw new Error(`${path} holds ${names.length} images; ${count} are needed.`);
  const images: Uint8Array[] = [];
  let size = { height: 0, width: 0 };
  for (const name of names) {
    const { data, info } = await sharp(join(path, name))
      .toColourspace("srgb")
      .removeAlpha()
      .raw()
      .toBuffer({ resolveWithObject: true });
    const { height, width, channels } = info;
    const colour =
      channels === 3 ? new Uint8Array(data) : Uint8Array.from({ length: height * width * 3 }, (_, i) => data[Math.floor(i / 3)]);
    const image = { data: colour, height, width, channels: 3 };
    const resized = resize === undefined ? image : resizeImage(image, { height: resize, width: resize, filter });
    if (images.length > 0 && (resized.height !== size.height || resized.width !== size.width))
      throw new Error(`${path} mixes sizes.`);
    size = { height: resized.height, width: resized.width };
    images.push(resized.data);
  }
  return { data: Buffer.concat(images), count, ...size, channels: 3 };
}

type SetFeatures = (name: string) => Promise<Record<InceptionTap, Features>>;

/** Each set is read and extracted once, at all taps that the cases name, when it is first asked for. */
function openSets(shared: string, { weights, mode, sets, cases }: RealSuite): SetFeatures {
  const taps = [...new Set(cases.map(({ tap }) => tap))];
  const made = new Map<string, Promise<Record<InceptionTap, Features>>>();
  const make = async (name: string): Promise<Record<InceptionTap, Features>> => {
    const images = await readImages(shared, sets[name]);
    return extractInWorkers({ weights: join(shared, ...weights.split("/")), mode, taps, images });
  };
  return (name) => {
    const features = made.get(name) ?? make(name);
    made.set(name, features);
    return features;
  };
}

async function checkCase(setFeatures: SetFeatures, { a, b, tap, fid, kid }: RealCase): Promise<Deviation[]> {
  const [real, generated] = [(await setFeatures(a))[tap], (await setFeatures(b))[tap]];
  const fidError = Math.abs(frechetDistanceFromFeatures(real, generated) - fid);
  const kidError = Math.abs(kernelDistance(real, generated) - kid);
  return [
    { what: "fid, relative", error: fidError / Math.abs(fid), tolerance: METRIC },
    kidError <= KID
      ? { what: "kid, absolute", error: kidError, tolerance: KID }
      : { what: "kid, relative", error: kidError / Math.abs(kid), tolerance: METRIC },
  ];
}

/** The file does not say whose features it holds: they must be those of one of the sets. */
async function checkFirst(setFeatures: SetFeatures, { sets, cases }: RealSuite, { tensors }: GoldenFile): Promise<Deviation[]> {
  const used = Object.keys(sets).filter((name) => cases.some(({ a, b }) => name === a || name === b));
  const bySet: Deviation[][] = [];
  for (const name of used) {
    const features = await setFeatures(name); // one set after another: each takes all cores
    bySet.push(
      Object.entries(tensors?.tensors ?? {}).map(([key, { data, shape }]) => {
        const ours = Object.entries(features).find(([tap]) => `d${tap}` === key)?.[1];
        if (!ours) throw new Error(`no case has a tap for "${key}".`);
        const theirs = Float64Array.from(data as ArrayLike<number>); // F32
        return scaled(`${name} ${key}`, ours.data.subarray(0, shape[0] * ours.dimension), theirs, FEATURES);
      }),
    );
  }
  const worst = (deviations: readonly Deviation[]): number => Math.max(...deviations.map(({ error }) => error));
  return bySet.reduce((best, deviations) => (worst(deviations) < worst(best) ? deviations : best));
}

/** FID and KID between real images, from the files on: decoder, Pillow's resize, Inception, metric. */
export const realImages: GoldenKind = {
  name: "real",
  find: ({ files, shared }) =>
    files.flatMap((file) => {
      const suite = suiteOf(file);
      if (!suite) return [];
      const setFeatures = openSets(shared, suite);
      const firsts = files.filter(isFirstFeatures);
      const cases: GoldenCase[] = [
        ...firsts.map((first) => ({ name: first.path, check: () => checkFirst(setFeatures, suite, first) })),
        ...suite.cases.map((one) => ({
          name: `${one.a} against ${one.b}, tap ${one.tap}`,
          check: () => checkCase(setFeatures, one),
        })),
      ];
      return [{ files: [file, ...firsts], cases }];
    }),
};
