import { expect } from "repro-kit";
import type { Json, JsonObject } from "./labelled-image.ts";

/** Labels of a dataset in the order of its images. */
export interface DatasetLabels {
  /** Class indices; null where there are none or they are vectors. */
  readonly labels: Int32Array | null;
  readonly labelVectors: readonly (readonly number[])[] | null;
  readonly classes: readonly string[];
  readonly groups: readonly string[] | null;
  /** Where each image came from; null where it is not known. */
  readonly sources: readonly (string | null)[] | null;
  readonly provenance: JsonObject | null;
}

export const DATASET_JSON = "dataset.json";
const SCOPE = "openDatasetZip";

/**
 * JSON as Python's `json.dumps` spells it: ", " and ": " between, and nothing but ASCII. Spelt twice, first for its length: a list of
 * a hundred thousand images never stands there as one text, nor twice as bytes.
 */
export function encodePythonJson(value: Json): Uint8Array {
  let length = 0;
  for (const piece of jsonPieces(value)) length += piece.length;
  const bytes = new Uint8Array(length);
  const encoder = new TextEncoder();
  let at = 0;
  let text = "";
  const flush = (): void => {
    at += encoder.encodeInto(text, bytes.subarray(at)).written;
    text = "";
  };
  for (const piece of jsonPieces(value)) {
    text += piece;
    if (text.length >= BLOCK) flush();
  }
  flush();
  return bytes;
}

const BLOCK = 2 ** 16;

function* jsonPieces(value: Json): Generator<string> {
  if (Array.isArray(value)) {
    yield "[";
    for (const [i, member] of value.entries()) {
      if (i > 0) yield ", ";
      yield* jsonPieces(member);
    }
    yield "]";
  } else if (value !== null && typeof value === "object") {
    yield "{";
    const members = Object.entries(value).filter(([, member]) => member !== undefined);
    for (const [i, [key, member]] of members.entries()) {
      yield `${i > 0 ? ", " : ""}${asciiJson(key)}: `;
      yield* jsonPieces(member);
    }
    yield "}";
  } else yield asciiJson(value);
}

const asciiJson = (value: null | boolean | number | string): string =>
  JSON.stringify(value).replace(/[\u007f-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);

/**
 * Reads dataset.json against the names of the images. A label for an image that is not there, or none for one that is,
 * is refused: such a zip is not what somebody meant to make.
 *
 * @throws UsageError with one sentence.
 */
export function readDatasetJson(text: string, names: readonly string[]): DatasetLabels {
  const json = parse(text);
  const provenance = isObject(json.provenance) ? (json.provenance as JsonObject) : null;
  const ours = { provenance, groups: readGroups(provenance, names.length), sources: readSources(provenance, names.length) };
  if (json.labels === null || json.labels === undefined) {
    return { labels: null, labelVectors: null, classes: readClasses(json.classes, 0), ...ours };
  }
  const labels = readLabels(json.labels, names);
  if (labels.every((label) => typeof label === "number")) {
    const isIndex = (label: number) => Number.isInteger(label) && label >= 0 && label < 2 ** 31;
    const wrong = labels.findIndex((label) => !isIndex(label));
    expect(wrong < 0, SCOPE, () => `class indices ≥ 0 expected in ${DATASET_JSON}; "${names[wrong]}" has ${labels[wrong]}.`);
    const largest = labels.reduce((most, label) => Math.max(most, label), 0);
    return { labels: Int32Array.from(labels), labelVectors: null, classes: readClasses(json.classes, largest + 1), ...ours };
  }
  const length = Array.isArray(labels[0]) ? labels[0].length : 0;
  const isVector = (label: Json): label is number[] =>
    Array.isArray(label) && label.length === length && label.every((value) => typeof value === "number");
  const wrong = labels.findIndex((label) => !isVector(label));
  expect(wrong < 0, SCOPE, () => `labels must all be numbers or all be vectors of one length; "${names[wrong]}" differs.`);
  return { labels: null, labelVectors: labels.filter(isVector), classes: readClasses(json.classes, length), ...ours };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  value !== null && typeof value === "object" && !Array.isArray(value);

function parse(text: string): Record<string, unknown> {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    expect(false, SCOPE, `${DATASET_JSON} is not JSON (${(error as Error).message}). Make the zip again.`);
  }
  expect(isObject(json), SCOPE, `${DATASET_JSON} must hold an object with "labels".`);
  return json;
}

function readLabels(given: unknown, names: readonly string[]): Json[] {
  // The reference tool writes pairs; a plain object of the same meaning is common in the wild.
  const pairs = isObject(given) ? Object.entries(given) : given;
  const isPair = (pair: unknown) => Array.isArray(pair) && pair.length === 2 && typeof pair[0] === "string";
  expect(Array.isArray(pairs) && pairs.every(isPair), SCOPE, `"labels" in ${DATASET_JSON} must be a list of [file, label].`);
  const labelOf = new Map<string, Json>(pairs.map(([name, label]: [string, Json]) => [name.replaceAll("\\", "/"), label]));
  const missing = names.find((name) => !labelOf.has(name));
  expect(missing === undefined, SCOPE, `${DATASET_JSON} has no label for "${missing}". Make the zip again, or remove "labels".`);
  expect(
    labelOf.size === names.length,
    SCOPE,
    `${DATASET_JSON} labels ${labelOf.size} images, but the zip holds ${names.length}. Make the zip again.`,
  );
  return names.map((name) => labelOf.get(name) as Json);
}

function readClasses(given: unknown, atLeast: number): string[] {
  if (given === undefined) return Array.from({ length: atLeast }, (_, k) => String(k));
  const isList = Array.isArray(given) && given.every((name) => typeof name === "string");
  expect(isList, SCOPE, `"classes" in ${DATASET_JSON} must be a list of names.`);
  expect(given.length >= atLeast, SCOPE, `${DATASET_JSON} names ${given.length} classes, but its labels need ${atLeast}.`);
  return [...given];
}

function readGroups(provenance: JsonObject | null, count: number): string[] | null {
  const groups = listOf(provenance, "groups", count);
  return groups?.map((group, i) => (group === null ? `image ${i}` : String(group))) ?? null;
}

function readSources(provenance: JsonObject | null, count: number): (string | null)[] | null {
  const sources = listOf(provenance, "sources", count);
  return sources?.map((source) => (source === null ? null : String(source))) ?? null;
}

function listOf(provenance: JsonObject | null, key: string, count: number): readonly Json[] | null {
  const list = provenance?.[key];
  if (list === undefined || list === null) return null;
  expect(
    Array.isArray(list) && list.length === count,
    SCOPE,
    `"${key}" in ${DATASET_JSON} must be a list with an entry for each of the ${count} images.`,
  );
  return list;
}
