import { expect, UsageError } from "../errors.ts";
import { checkOptions } from "../options.ts";
import { createByteCursor } from "./byte-cursor.ts";
import { isCallable, isStateful, type PickleNames } from "./pickle-names.ts";
import { createPickleStack } from "./pickle-stack.ts";

export interface ReadPickleOptions {
  /** What the file may name, by `module.name`. Everything else is refused, and the error says the name. */
  readonly allowed: PickleNames;
  /** What a persistent id stands for. Without it a file that has such ids is refused. */
  readonly load?: (id: unknown) => unknown;
  /** Where the pickle begins. Default 0. */
  readonly start?: number;
  /** How the strings of Python 2 are read: "utf-8" (default), or "latin1", one character a byte, for data that they hold. */
  readonly strings?: "utf-8" | "latin1";
  /** What stands before a refusal. Default "readPickle". */
  readonly scope?: string;
  /** What a user can do about a name that is not allowed. */
  readonly advice?: string;
}

export interface ReadPickle {
  readonly value: unknown;
  /** The byte after the pickle. */
  readonly end: number;
}

/** Copied items that callables may be given, for each byte of the file; an honest file hands each item over about once. */
const WORK_A_BYTE = 4;
const LEAST_WORK = 4096;
/** About how many bytes of memory an opcode takes, where it makes a dict, a set, or a list or tuple; a slot of the stack else. */
const MAP_BYTES = 160;
const LIST_BYTES = 48;
const SLOT_BYTES = 8;
const MEMORY_OF: ReadonlyMap<number, number> = new Map([
  ...[100, 125, 143, 145].map((opcode) => [opcode, MAP_BYTES] as const),
  ...[41, 93, 108, 116, 133, 134, 135].map((opcode) => [opcode, LIST_BYTES] as const),
]);
/** What all of it may take: a byte of an honest file makes a few bytes of memory, one of a hostile file an empty dict. */
const MEMORY_A_BYTE = 16;
const LEAST_MEMORY = 2 ** 24;
/** Opcodes that would run or name something, for the sentence that refuses them. */
const REFUSED: Readonly<Record<number, string>> = {
  80: "PERSID",
  105: "INST",
  111: "OBJ",
  130: "EXT1",
  131: "EXT2",
  132: "EXT4",
  151: "NEXT_BUFFER",
  152: "READONLY_BUFFER",
};

/**
 * Interprets one pickle (protocols 2 to 5). Nothing in the file is run: names are looked up in the caller's allow-list, objects
 * are maps and arrays, and an unknown opcode ends it. Dicts become Map, lists and tuples arrays, sets Set, bytes views of the
 * file. Integers beyond 2^53 become bigint. Time is linear in the bytes read; memory is at most about 16 times those, and 16 MB.
 *
 * @param bytes - The file.
 * @returns The value, and where the pickle ends.
 * @throws UsageError on anything malformed or not allowed.
 * @see CPython, Lib/pickletools.py.
 */
export function readPickle(bytes: Uint8Array, options: ReadPickleOptions): ReadPickle {
  checkOptions("readPickle", options, ["allowed", "load", "start", "strings", "scope", "advice"]);
  const { allowed, load, start = 0, strings = "utf-8", scope = "readPickle" } = options;
  const { advice = "Only data are read; nothing in a file is run." } = options;
  const cursor = createByteCursor(bytes, start, scope);
  const stack = createPickleStack(scope);
  const { push, pop, top, popToMark } = stack;
  const memo = new Map<number, unknown>();
  let memory = LEAST_MEMORY + MEMORY_A_BYTE * bytes.length;
  let work = LEAST_WORK + WORK_A_BYTE * bytes.length;

  const pythonString = (length: number) => (strings === "latin1" ? cursor.latin1(length) : cursor.utf8(length));
  const recall = (key: number) => {
    expect(memo.has(key), scope, `the pickle recalls item ${key}, which it never stored.`);
    push(memo.get(key));
  };
  const find = (module: unknown, name: unknown) => {
    expect(typeof name === "string" && typeof module === "string", scope, "a global's name must be text.");
    const full = `${module}.${name}`;
    const isAllowed = !name.includes(".") && Object.hasOwn(allowed, full);
    expect(isAllowed, scope, () => `the file asks for "${full.slice(0, 120)}", which is not allowed. ${advice}`);
    push(allowed[full]);
  };
  const charge = (values: readonly unknown[]) => {
    for (const value of values) work -= 1 + sizeOf(value);
    expect(work >= 0, scope, "the pickle makes the same things again and again. It is no data file.");
  };
  const call = (target: unknown, args: unknown) => {
    expect(isCallable(target) && Array.isArray(args), scope, "the pickle calls something that cannot be called.");
    charge(args);
    push(target.callable(args));
  };
  const setState = () => {
    const state = pop();
    const target = top();
    if (isStateful(target)) {
      charge(Array.isArray(state) ? state : [state]);
      target.setState(state);
    } else expect(target instanceof Map, scope, "the pickle sets the state of something that has none."); // a dict's attributes
  };

  const opcodes: Readonly<Record<number, () => void>> = {
    128: () => expect(cursor.uint8() <= 5, scope, "the pickle is of a newer protocol than 5."), // PROTO
    149: () => void cursor.length64(), // FRAME
    40: stack.mark, // MARK
    48: () => void pop(), // POP
    49: () => void popToMark(), // POP_MARK
    50: () => push(top()), // DUP
    78: () => push(null), // NONE
    136: () => push(true), // NEWTRUE
    137: () => push(false), // NEWFALSE
    74: () => push(cursor.int32()), // BININT
    75: () => push(cursor.uint8()), // BININT1
    77: () => push(cursor.uint16()), // BININT2
    138: () => push(cursor.integer(cursor.uint8())), // LONG1
    139: () => push(cursor.integer(cursor.uint32())), // LONG4
    71: () => push(cursor.float64()), // BINFLOAT
    88: () => push(cursor.utf8(cursor.uint32())), // BINUNICODE
    140: () => push(cursor.utf8(cursor.uint8())), // SHORT_BINUNICODE
    141: () => push(cursor.utf8(cursor.length64())), // BINUNICODE8
    84: () => push(pythonString(cursor.uint32())), // BINSTRING
    85: () => push(pythonString(cursor.uint8())), // SHORT_BINSTRING
    66: () => push(cursor.take(cursor.uint32())), // BINBYTES
    67: () => push(cursor.take(cursor.uint8())), // SHORT_BINBYTES
    142: () => push(cursor.take(cursor.length64())), // BINBYTES8
    150: () => push(cursor.take(cursor.length64())), // BYTEARRAY8
    93: () => push([]), // EMPTY_LIST
    41: () => push([]), // EMPTY_TUPLE
    125: () => push(new Map()), // EMPTY_DICT
    143: () => push(new Set()), // EMPTY_SET
    108: () => push(popToMark()), // LIST
    116: () => push(popToMark()), // TUPLE
    133: () => push([pop()]), // TUPLE1
    134: () => push([pop(), pop()].reverse()), // TUPLE2
    135: () => push([pop(), pop(), pop()].reverse()), // TUPLE3
    100: () => {
      const items = popToMark();
      push(new Map());
      stack.setItems(items);
    }, // DICT
    145: () => push(new Set(popToMark())), // FROZENSET
    97: () => stack.append([pop()]), // APPEND
    101: () => stack.append(popToMark()), // APPENDS
    115: () => stack.setItems([pop(), pop()].reverse()), // SETITEM
    117: () => stack.setItems(popToMark()), // SETITEMS
    144: () => stack.addItems(popToMark()), // ADDITEMS
    113: () => void memo.set(cursor.uint8(), top()), // BINPUT
    114: () => void memo.set(cursor.uint32(), top()), // LONG_BINPUT
    148: () => void memo.set(memo.size, top()), // MEMOIZE
    104: () => recall(cursor.uint8()), // BINGET
    106: () => recall(cursor.uint32()), // LONG_BINGET
    99: () => find(cursor.line(), cursor.line()), // GLOBAL
    147: () => {
      const name = pop();
      find(pop(), name);
    }, // STACK_GLOBAL
    82: () => {
      const args = pop();
      call(pop(), args);
    }, // REDUCE
    129: () => {
      const args = pop();
      call(pop(), args);
    }, // NEWOBJ
    146: () => {
      const keywords = pop();
      const args = pop();
      expect(keywords instanceof Map && keywords.size === 0, scope, "the pickle calls with keywords, which is not read.");
      call(pop(), args);
    }, // NEWOBJ_EX
    98: setState, // BUILD
    81: () => {
      const id = pop();
      expect(load, scope, "the pickle refers to something outside of it (a persistent id). It is no whole file.");
      push(load(id));
    }, // BINPERSID
  };

  const first = bytes[start];
  const isPickle = first === undefined || first === 0x80;
  expect(
    isPickle,
    scope,
    () => `it begins with opcode 0x${first.toString(16)}, not with 0x80 as pickles of protocols 2 to 5 do.`,
  );
  for (let opcode = cursor.uint8(); opcode !== 0x2e; opcode = cursor.uint8()) {
    const operation = opcodes[opcode];
    if (!operation) throw refuse(opcode);
    memory -= MEMORY_OF.get(opcode) ?? SLOT_BYTES;
    expect(memory >= 0, scope, "the pickle unfolds to far more than the file holds. It is no data file.");
    operation();
  }
  return { value: pop(), end: cursor.position };

  function refuse(opcode: number): UsageError {
    const at = cursor.position - 1;
    const name = REFUSED[opcode] ? ` (${REFUSED[opcode]})` : "";
    const asked = opcode === 105 ? `, which asks for "${`${cursor.line()}.${cursor.line()}`.slice(0, 120)}",` : "";
    return new UsageError(
      `[${scope}] opcode 0x${opcode.toString(16)}${name}${asked} at byte ${at} is not one that data files use.`,
    );
  }
}

/** Items that a callable may copy of an argument. */
function sizeOf(value: unknown): number {
  if (Array.isArray(value) || value instanceof Uint8Array || typeof value === "string") return value.length;
  return value instanceof Map || value instanceof Set ? value.size : 0;
}
