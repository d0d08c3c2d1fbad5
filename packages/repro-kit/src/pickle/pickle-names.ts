import { expect } from "../errors.ts";

/** Something that a pickle may call: from the allow-list of the caller, never from the file. */
export interface PickleCallable {
  readonly callable: (args: readonly unknown[]) => unknown;
}

/** Something whose state a pickle may set, once it is made. */
export interface PickleStateful {
  readonly setState: (state: unknown) => void;
}

/** What a pickle may name, by `module.name`: callables, or plain values that stand for a class or a type. */
export type PickleNames = Readonly<Record<string, unknown>>;

/** A callable of an allow-list. */
export function callable(run: PickleCallable["callable"]): PickleCallable {
  return { callable: run };
}

const SCOPE = "readPickle";
const makeSet = callable(([items]) => new Set(Array.isArray(items) ? items : []));
const makeBytes = callable(([data]) => (data === undefined ? new Uint8Array() : bytesOf(data)));

/** What Python writes by name where the protocol has no opcode: an ordered dict becomes a Map, a set a Set, bytes a Uint8Array. */
export const plainNames: PickleNames = {
  "collections.OrderedDict": callable(([items]) => new Map(Array.isArray(items) ? items.map(pairOf) : [])),
  "_codecs.encode": makeBytes, // how Python 3 writes bytes in protocol 2
  ...Object.fromEntries(
    ["builtins", "__builtin__"].flatMap((module) => [
      [`${module}.set`, makeSet],
      [`${module}.frozenset`, makeSet],
      [`${module}.bytearray`, makeBytes],
      [`${module}.bytes`, makeBytes],
    ]),
  ),
};

export function isCallable(value: unknown): value is PickleCallable {
  return typeof value === "object" && value !== null && "callable" in value && typeof value.callable === "function";
}

export function isStateful(value: unknown): value is PickleStateful {
  return typeof value === "object" && value !== null && "setState" in value && typeof value.setState === "function";
}

function pairOf(item: unknown): [unknown, unknown] {
  expect(Array.isArray(item) && item.length === 2, SCOPE, "an OrderedDict is made of pairs.");
  return [item[0], item[1]];
}

/** Bytes as they are, or of text with one character a byte (Python 2; read it with `strings: "latin1"`). */
export function bytesOf(data: unknown): Uint8Array {
  if (data instanceof Uint8Array) return data;
  expect(typeof data === "string", SCOPE, "data must be bytes. Arrays of objects are not read.");
  const bytes = new Uint8Array(data.length);
  for (let i = 0; i < data.length; i++) {
    const code = data.charCodeAt(i);
    expect(code < 256, SCOPE, "data hold a character that is no byte.");
    bytes[i] = code;
  }
  return bytes;
}
