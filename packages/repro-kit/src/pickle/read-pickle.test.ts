import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { UsageError } from "../errors.ts";
import { callable, type PickleNames, plainNames } from "./pickle-names.ts";
import { type ReadPickleOptions, readPickle } from "./read-pickle.ts";

const fixture = (name: string): Uint8Array => new Uint8Array(readFileSync(join(import.meta.dirname, "__fixtures__", name)));
/** Bytes of a text with one character a byte. */
const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (letter) => letter.charCodeAt(0));
const read = (pickle: string, options: Partial<ReadPickleOptions> = {}): unknown =>
  readPickle(latin1(pickle), { allowed: {}, ...options }).value;
const MAX_CPU_MS = 1000;

test.each([2, 3, 4, 5])("plain values of protocol %i", (protocol) => {
  const bytes = fixture(`plain-${protocol}.pkl`);
  const { value, end } = readPickle(bytes, { allowed: plainNames });
  expect(end).toBe(bytes.length);
  const shared = [1, 2];
  expect(value).toEqual(
    new Map<unknown, unknown>([
      ["none", null],
      ["true", true],
      ["false", false],
      ["small", 7],
      ["negative", -70000],
      ["long", 2 ** 40],
      ["huge", -(2n ** 70n)],
      ["float", -0.1],
      ["text", "größe \u{1f600}"],
      ["long text", "x".repeat(300)],
      ["bytes", Uint8Array.from({ length: 257 }, (_, i) => (i === 256 ? 33 : i))],
      ["list", [1, [2, []]]],
      ["tuples", [[], [1], [1, 2], [1, 2, 3], [1, 2, 3, 4]]],
      ["set", new Set([1])],
      ["frozenset", new Set([2])],
      ["bytearray", latin1("ab")],
      ["ordered", new Map<unknown, unknown>([["b", 1], ["a", 2]])], // biome-ignore format: one entry
      ["twice", [shared, shared]],
      ["__proto__", "a name"],
      [5, "five"],
    ]),
  );
  const [first, second] = (value as Map<string, unknown[]>).get("twice") as unknown[];
  expect(first).toBe(second);
});

test("bytes are views of the file; the strings of Python 2 are text or bytes", () => {
  const file = latin1("\x80\x04C\x03abc.");
  const { value } = readPickle(file, { allowed: {} });
  expect((value as Uint8Array).buffer).toBe(file.buffer);
  expect(read("\x80\x02U\x03\xff\x80a.", { strings: "latin1" })).toBe("\xff\x80a");
  expect(() => read("\x80\x02U\x03\xff\x80a.")).toThrow("not UTF-8");
});

test("names come from the caller alone; state is set where there is some", () => {
  const states: unknown[] = [];
  const allowed: PickleNames = { "a.make": callable((args) => ({ args, setState: (state: unknown) => states.push(state) })) };
  expect(read("\x80\x02ca\nmake\nK\x01\x85RK\x07b.", { allowed })).toMatchObject({ args: [1] });
  expect(states).toEqual([7]);
  expect(read("\x80\x04\x8c\x01a\x8c\x04make\x93)}\x92.", { allowed })).toMatchObject({ args: [] });
  expect(read("\x80\x02}}b.")).toEqual(new Map());
  expect(read("\x80\x02K\x05Q.", { load: (id) => `id ${id}` })).toBe("id 5");
});

describe("what is refused", () => {
  const cases: [what: string, pickle: string, message: string][] = [
    ["text", "hello", "it begins with opcode 0x68, not with 0x80"],
    ["a name", "\x80\x02cos\nsystem\n.", '[readPickle] the file asks for "os.system", which is not allowed. Only data are read'],
    ["a name of the prototype", "\x80\x02cObject\nprototype\n.", 'asks for "Object.prototype"'],
    ["a name with dots", "\x80\x04\x8c\x01a\x8c\x09b.getattr\x93.", 'asks for "a.b.getattr"'],
    ["a name that is a number", "\x80\x04K\x01K\x02\x93.", "name must be text"],
    ["INST", "\x80\x02(ios\nsystem\n.", 'opcode 0x69 (INST), which asks for "os.system", at byte 3'],
    ["OBJ", "\x80\x02(o.", "opcode 0x6f (OBJ) at byte 3 is not one"],
    ["EXT1", "\x80\x02\x82\x01.", "opcode 0x82 (EXT1)"],
    ["PERSID", "\x80\x02Pabc\n.", "opcode 0x50 (PERSID)"],
    ["an unknown opcode", "\x80\x02\xf0.", "opcode 0xf0 at byte 2"],
    ["a persistent id", "\x80\x02K\x01Q.", "refers to something outside"],
    ["a buffer outside", "\x80\x05\x97.", "opcode 0x97 (NEXT_BUFFER)"],
    ["protocol 6", "\x80\x06N.", "newer protocol"],
    ["state of a number", "\x80\x02K\x01K\x02b.", "state of something that has none"],
    ["call of a number", "\x80\x02K\x01)R.", "cannot be called"],
    ["call with keywords", "\x80\x04K\x01)}K\x01K\x01s\x92.", "keywords"],
    ["stack underflow", "\x80\x020.", "takes more from its stack"],
    ["taking below the mark", "\x80\x02K\x01(0.", "takes more from its stack"],
    ["no mark", "\x80\x02t.", "no mark"],
    ["unknown memo", "\x80\x02h\x07.", "recalls item 7"],
    ["items of a list", "\x80\x02]K\x01K\x02s.", "no dict"],
    ["items that are no pairs", "\x80\x02}(K\x01u.", "no dict"],
    ["append to a dict", "\x80\x02}K\x01a.", "no list"],
    ["add to a list", "\x80\x04](K\x01\x90.", "no set"],
    ["text of 4 GB", "\x80\x02X\xff\xff\xff\xff.", "truncated"],
    ["text of 2^60", "\x80\x04\x8d\x00\x00\x00\x00\x00\x00\x00\x10.", "beyond the file"],
    ["bytes of 2^60", "\x80\x04\x8e\x00\x00\x00\x00\x00\x00\x00\x10.", "beyond the file"],
    ["a negative length", "\x80\x02T\xff\xff\xff\xff.", "truncated"],
    ["a frame beyond the end", "\x80\x04\x95\x09\x00\x00\x00\x00\x00\x00\x00N.", "beyond the file"],
    ["a giant integer", "\x80\x02\x8b\xff\xff\x00\x00.", "no number of a data file"],
    ["no end", "\x80\x02N", "truncated"],
    ["nothing", "", "truncated"],
    ["an empty stack at the end", "\x80\x02.", "takes more from its stack"],
    ["a name without end", "\x80\x02cos", "truncated"],
  ];
  test.each(cases)("%s", (_, pickle, message) => {
    expect(() => read(pickle)).toThrow(UsageError);
    expect(() => read(pickle)).toThrow(message);
  });
});

test("a memo index of 2^31 costs nothing; copies of one list a thousand times are refused soon", () => {
  expect(read("\x80\x02Nr\xff\xff\xff\x7f.")).toBe(null);
  const list = `]q\x00(${"K\x01".repeat(50_000)}e`;
  const start = process.cpuUsage();
  expect(() =>
    read(`\x80\x02${list}cbuiltins\nset\nq\x01${"h\x01h\x00\x85R0".repeat(20_000)}.`, { allowed: plainNames }),
  ).toThrow("again and again");
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(MAX_CPU_MS);
});

test("a megabyte of empty dicts or sets does not take a hundred", () => {
  for (const opcode of ["}", "\x8f"])
    expect(() => read(`\x80\x04${opcode.repeat(2 ** 20)}.`)).toThrow("far more than the file holds");
  expect(read(`\x80\x04](${"K\x01K\x02\x86".repeat(200_000)}e.`)).toHaveLength(200_000); // honest data of a megabyte
});

test("unknown options are refused", () => {
  expect(() => read(".", { alowed: {} } as Partial<ReadPickleOptions>)).toThrow('unknown option "alowed"');
});
