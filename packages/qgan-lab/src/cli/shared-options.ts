import { expect, listKnown } from "repro-kit";
import type { OptionParser, OptionSpec } from "./command-spec.ts";
import { integer } from "./option-parsers.ts";

const BACKENDS = ["auto", "tensorflow", "wasm", "cpu"];

const backend: OptionParser = (text, name) => {
  expect(BACKENDS.includes(text), name, () => `no backend "${text}"; ${listKnown(text, BACKENDS)}`);
  return text;
};

export const backendOption: OptionSpec = {
  flags: "--backend <name>",
  text: `what computes: ${BACKENDS.join(", ")}`,
  parse: backend,
  standard: "auto",
};

export const inceptionOption: OptionSpec = {
  flags: "--inception <file>",
  text: "Inception weights for FID, .safetensors or .pth",
  standard: "the cache, or fetched once",
};

export const downloadOption: OptionSpec = {
  flags: "--no-download",
  text: "do not fetch the Inception weights; without them FID is left out",
};

/** "latest", "best" or a step. */
const checkpoint: OptionParser = (text, name) => (text === "latest" || text === "best" ? text : integer(0)(text, name));

export const checkpointOption: OptionSpec = {
  flags: "--checkpoint <which>",
  text: "latest, best, or the step of a checkpoint",
  parse: checkpoint,
  standard: "latest",
};
