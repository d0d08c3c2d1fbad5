import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { decodePng } from "dataset-zip";
import { imagesOfStyles, numpyNormals, type StyleNetwork, styleNetworkOfSnapshot, stylesOfLatents } from "qgan-core";
import { disposeParams, readNpz, readStyleGanPickle, ready } from "tfjs-train";
import { absolute } from "../compare.ts";
import type { Deviation, GoldenFolder } from "../golden-kind.ts";

/** A call of one of the reference's programs, and the files that it wrote. */
export interface CommandRun {
  readonly script: string;
  readonly args: readonly string[];
  readonly exit_code: number;
  readonly files: readonly string[];
}

/** A value on the border of two levels may fall to either side. */
const ONE_LEVEL = 1;
/** A pickle beside the folder or above it, as the file's paths are relative to the suite. */
export function networkOf(folder: GoldenFolder, path: string): StyleNetwork {
  const parts = folder.path.split("/");
  const candidates = parts.map((_, i) => join(folder.root, ...parts.slice(0, parts.length - i), path));
  const found = candidates.find((candidate) => existsSync(candidate));
  if (!found) throw new Error(`no file ${path} above ${folder.path}`);
  return styleNetworkOfSnapshot(readStyleGanPickle(readFileSync(found)));
}

/** Latents as numpy draws them, a seed a row. */
export function latentsOf(seeds: readonly number[], latentSize: number): Float32Array {
  return Float32Array.from(seeds.flatMap((seed) => [...numpyNormals(seed)(latentSize)]));
}

const optionsOf = (args: readonly string[]): Readonly<Record<string, string>> =>
  Object.fromEntries(args.map((arg) => arg.replace(/^--/, "").split(/=(.*)/s).slice(0, 2) as [string, string]));
const seedsOf = (text: string): number[] => {
  const range = /^(\d+)-(\d+)$/.exec(text);
  if (!range) return text.split(",").map(Number);
  return Array.from({ length: Number(range[2]) - Number(range[1]) + 1 }, (_, i) => Number(range[1]) + i);
};

/** The pictures that the reference's programs wrote, against ours of the same arguments. */
export async function checkCommand(folder: GoldenFolder, run: CommandRun): Promise<Deviation[]> {
  await ready({ backend: "wasm" });
  const { network: path, seeds, rows, cols, outdir, ...rest } = optionsOf(run.args);
  const { network, params } = networkOf(folder, path);
  const { numStyles } = network.synthesis;
  const size = numStyles * network.styleSize;
  const psi = Number(rest.trunc ?? 1);
  const noise = (rest["noise-mode"] ?? "const") as "const"; // what the run says
  const styles = async (wanted: readonly number[]): Promise<Float32Array> =>
    stylesOfLatents(network, params, latentsOf(wanted, network.latentSize), {
      ...(rest.class === undefined ? {} : { labels: wanted.map(() => Number(rest.class)) }),
      truncation: { psi },
    });
  const pictures = new Map<string, Float32Array>();
  if (rest["projected-w"] !== undefined) {
    const stored = readFileSync(join(folder.root, folder.path, rest["projected-w"].split("/").at(-1) ?? ""));
    const { w } = (await readNpz(stored)).tensors;
    pictures.set("proj00.png", Float32Array.from(w.data as Float32Array)); // F32 by the README
  } else if (rows !== undefined) {
    const chosen = seedsOf(rest.styles);
    for (const row of seedsOf(rows))
      for (const column of seedsOf(cols)) {
        const [mixed, other] = [await styles([row]), await styles([column])];
        for (const style of chosen)
          mixed.set(other.subarray(style * network.styleSize, (style + 1) * network.styleSize), style * network.styleSize);
        pictures.set(`${row}-${column}.png`, mixed);
        pictures.set(`${row}-${row}.png`, await styles([row]));
        pictures.set(`${column}-${column}.png`, other);
      }
  } else for (const seed of seedsOf(seeds)) pictures.set(`seed${String(seed).padStart(4, "0")}.png`, await styles([seed]));
  const deviations: Deviation[] = [];
  for (const file of run.files.filter((name) => pictures.has(name))) {
    const one = pictures.get(file) as Float32Array; // filtered by it
    const parts = outdir.split("/");
    const stored = decodePng(readFileSync(join(folder.root, folder.path, ...parts.slice(-1), file)));
    const ours = await imagesOfStyles(network, params, one.subarray(0, size), { noise });
    deviations.push(absolute(file, ours, stored.data, ONE_LEVEL));
  }
  disposeParams(params);
  return deviations;
}
