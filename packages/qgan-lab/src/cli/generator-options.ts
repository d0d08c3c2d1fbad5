import { expect, listKnown } from "repro-kit";
import type { OptionParser, OptionSpec } from "./command-spec.ts";
import { integer, numberList } from "./option-parsers.ts";
import { checkpointOption } from "./shared-options.ts";

/** One of some words. */
export const oneOf =
  (what: string, known: readonly string[]): OptionParser =>
  (text, name) => {
    expect(known.includes(text), name, () => `no ${what} "${text}"; ${listKnown(text, known)}`);
    return text;
  };

/** Any finite number. */
const anyNumber: OptionParser = (text, name) => {
  const value = Number(text);
  expect(text.trim() !== "" && Number.isFinite(value), name, `a number is expected; got "${text}".`);
  return value;
};

/** Seeds in the order given; one may come again. */
export const orderedSeeds: OptionParser = (text, name) => text.split(",").flatMap((part) => numberList(part, name));

/** Where the generator comes from. */
export const generatorOptions: readonly OptionSpec[] = [
  { flags: "--run <folder>", text: "a run folder of `qgan train`" },
  checkpointOption,
  {
    flags: "--network <file>",
    text: "in place of --run: a StyleGAN2-ADA snapshot (.pkl), its address (…#sha256=<digits> to be sure) or a preset (ffhq256 …); nothing in it is executed",
  },
];

export const classOption: OptionSpec = {
  flags: "--class <name>",
  text: "class of a conditional generator, by name or number",
};

export const truncationOption: OptionSpec = {
  flags: "--trunc <psi>",
  text: "truncation: below 1 images are more alike and fewer go wrong",
  parse: anyNumber,
  standard: "1",
};

export const cutoffOption: OptionSpec = {
  flags: "--cutoff <n>",
  text: "truncate the first n styles only",
  parse: integer(0),
  standard: "all",
};

export const noiseOption: OptionSpec = {
  flags: "--noise-mode <mode>",
  text: "fine detail: const, random (by seed) or none",
  parse: oneOf("noise mode", ["const", "random", "none"]),
  standard: "const",
};

/** The options' names in the functions of this package. */
export function namedOptions(options: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { trunc, noiseMode, ...rest } = options;
  return {
    ...rest,
    ...(trunc === undefined ? {} : { truncation: trunc }),
    ...(noiseMode === undefined ? {} : { noise: noiseMode }),
  };
}

/** What a plan says of the generator: the checkpoint or file, if it is there. */
export async function plannedGenerator(scope: string, options: Readonly<Record<string, unknown>>): Promise<string> {
  const { run, checkpoint, network } = options as { run?: string; checkpoint?: "latest" | "best" | number; network?: string }; // parsed
  expect(
    (run === undefined) !== (network === undefined),
    scope,
    "give a run folder with --run, or a StyleGAN2-ADA snapshot with --network <file.pkl>: one of the two.",
  );
  if (run !== undefined) {
    const { chooseCheckpoint } = await import("../generate/load-generator.ts");
    const { readOptionsFile } = await import("../run-folder/options-file.ts");
    await readOptionsFile(run); // says what is no run folder
    return chooseCheckpoint(run, checkpoint);
  }
  const path = network as string; // one of the two is given
  const { snapshotSource } = await import("../generate/snapshot-file.ts");
  const source = await snapshotSource(path, scope);
  if ("address" in source) return source.address; // fetched when it is needed
  const { stat } = await import("node:fs/promises");
  await stat(path);
  return path;
}
