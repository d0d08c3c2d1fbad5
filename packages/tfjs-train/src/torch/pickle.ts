import { expect, UsageError } from "repro-kit";

const SCOPE = "readPickle";
const MAX_INTEGER_BYTES = 64;

/** Something that a pickle may call: from the allow-list of the caller, never from the file. */
export interface PickleCallable {
  readonly callable: (args: readonly unknown[]) => unknown;
}

export interface PickleHooks {
  /** What a name stands for: a callable or a plain marker. Throws for every name that is not allowed. */
  readonly find: (module: string, name: string) => unknown;
  /** What a persistent id stands for. */
  readonly load: (id: unknown) => unknown;
}

/**
 * Interprets one pickle (protocols 0 to 5, without the text opcodes that no writer of weights uses). Nothing in the file is run:
 * names are looked up in the caller's allow-list, objects are maps and arrays, and an unknown opcode ends it.
 * Dicts become Map, lists and tuples arrays, sets Set. Time and memory are linear in the bytes read.
 *
 * @param bytes - The file.
 * @param start - Where the pickle begins.
 * @returns The value, and where the pickle ends.
 * @throws UsageError on anything malformed or not allowed.
 * @see CPython, Lib/pickletools.py.
 */
export function readPickle(bytes: Uint8Array, start: number, hooks: PickleHooks): { value: unknown; end: number } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stack: unknown[] = [];
  const marks: number[] = [];
  const memo = new Map<number, unknown>();
  let position = start;

  const need = (count: number): number => {
    expect(position + count <= bytes.length, SCOPE, "the pickle is truncated.");
    position += count;
    return position - count;
  };
  const byte = () => bytes[need(1)];
  const int32 = () => view.getInt32(need(4), true);
  const uint32 = () => view.getUint32(need(4), true);
  const uint64 = () => {
    const value = view.getBigUint64(need(8), true);
    expect(value <= bytes.length, SCOPE, "a length reaches beyond the file.");
    return Number(value);
  };
  const chunk = (length: number) => {
    const from = need(length);
    return bytes.subarray(from, from + length);
  };
  const text = (length: number) => new TextDecoder().decode(chunk(length));
  const line = () => {
    const end = bytes.indexOf(0x0a, position);
    expect(end >= 0, SCOPE, "the pickle is truncated.");
    const found = text(end - position);
    position = end + 1;
    return found;
  };
  const integer = (length: number) => {
    expect(length <= MAX_INTEGER_BYTES, SCOPE, `an integer of ${length} bytes is no number of a weight file.`);
    let value = 0n;
    const digits = chunk(length);
    for (let i = length - 1; i >= 0; i--) value = (value << 8n) | BigInt(digits[i]);
    if (length > 0 && digits[length - 1] & 0x80) value -= 1n << BigInt(8 * length);
    return value >= Number.MIN_SAFE_INTEGER && value <= Number.MAX_SAFE_INTEGER ? Number(value) : value;
  };
  const pop = () => {
    expect(stack.length > (marks.at(-1) ?? 0), SCOPE, "the pickle takes more from its stack than it put there.");
    return stack.pop();
  };
  const top = () => {
    expect(stack.length > 0, SCOPE, "the pickle's stack is empty.");
    return stack[stack.length - 1];
  };
  const popToMark = () => {
    const mark = marks.pop();
    expect(mark !== undefined, SCOPE, "the pickle has no mark where it needs one.");
    return stack.splice(mark);
  };
  const remember = (key: number) => memo.set(key, top());
  const recall = (key: number) => {
    expect(memo.has(key), SCOPE, `the pickle recalls item ${key}, which it never stored.`);
    stack.push(memo.get(key));
  };
  const setItems = (items: readonly unknown[]) => {
    const map = top();
    expect(map instanceof Map && items.length % 2 === 0, SCOPE, "the pickle sets items of something that is no dict.");
    for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
  };
  const append = (items: readonly unknown[]) => {
    const list = top();
    expect(Array.isArray(list), SCOPE, "the pickle appends to something that is no list.");
    for (const item of items) list.push(item);
  };
  const call = (target: unknown, args: unknown) => {
    expect(isCallable(target) && Array.isArray(args), SCOPE, "the pickle calls something that cannot be called.");
    stack.push(target.callable(args));
  };

  const opcodes: Readonly<Record<number, () => void>> = {
    128: () => expect(byte() <= 5, SCOPE, "the pickle is of a newer protocol than 5."), // PROTO
    149: () => void uint64(), // FRAME
    40: () => void marks.push(stack.length), // MARK
    48: () => void pop(), // POP
    49: () => void popToMark(), // POP_MARK
    50: () => void stack.push(top()), // DUP
    78: () => void stack.push(null), // NONE
    136: () => void stack.push(true), // NEWTRUE
    137: () => void stack.push(false), // NEWFALSE
    74: () => void stack.push(int32()), // BININT
    75: () => void stack.push(byte()), // BININT1
    77: () => void stack.push(view.getUint16(need(2), true)), // BININT2
    138: () => void stack.push(integer(byte())), // LONG1
    139: () => void stack.push(integer(uint32())), // LONG4
    71: () => void stack.push(view.getFloat64(need(8), false)), // BINFLOAT
    88: () => void stack.push(text(uint32())), // BINUNICODE
    140: () => void stack.push(text(byte())), // SHORT_BINUNICODE
    141: () => void stack.push(text(uint64())), // BINUNICODE8
    84: () => void stack.push(text(uint32())), // BINSTRING
    85: () => void stack.push(text(byte())), // SHORT_BINSTRING
    66: () => void stack.push(chunk(uint32())), // BINBYTES
    67: () => void stack.push(chunk(byte())), // SHORT_BINBYTES
    142: () => void stack.push(chunk(uint64())), // BINBYTES8
    93: () => void stack.push([]), // EMPTY_LIST
    41: () => void stack.push([]), // EMPTY_TUPLE
    125: () => void stack.push(new Map()), // EMPTY_DICT
    143: () => void stack.push(new Set()), // EMPTY_SET
    108: () => void stack.push(popToMark()), // LIST
    116: () => void stack.push(popToMark()), // TUPLE
    133: () => void stack.push([pop()]), // TUPLE1
    134: () => void stack.push([pop(), pop()].reverse()), // TUPLE2
    135: () => void stack.push([pop(), pop(), pop()].reverse()), // TUPLE3
    145: () => void stack.push(new Set(popToMark())), // FROZENSET
    97: () => append([pop()]), // APPEND
    101: () => append(popToMark()), // APPENDS
    115: () => setItems([pop(), pop()].reverse()), // SETITEM
    117: () => setItems(popToMark()), // SETITEMS
    144: () => {
      const items = popToMark();
      const set = top();
      expect(set instanceof Set, SCOPE, "the pickle adds to something that is no set.");
      for (const item of items) set.add(item);
    }, // ADDITEMS
    113: () => void remember(byte()), // BINPUT
    114: () => void remember(uint32()), // LONG_BINPUT
    148: () => void remember(memo.size), // MEMOIZE
    104: () => recall(byte()), // BINGET
    106: () => recall(uint32()), // LONG_BINGET
    99: () => void stack.push(hooks.find(line(), line())), // GLOBAL
    147: () => {
      const [name, module] = [pop(), pop()];
      expect(typeof name === "string" && typeof module === "string", SCOPE, "a global's name must be text.");
      stack.push(hooks.find(module, name));
    }, // STACK_GLOBAL
    82: () => {
      const args = pop();
      call(pop(), args);
    }, // REDUCE
    129: () => {
      const args = pop();
      call(pop(), args);
    }, // NEWOBJ
    98: () => void pop(), // BUILD: attributes of an object; what we build has none
    81: () => void stack.push(hooks.load(pop())), // BINPERSID
  };

  for (;;) {
    const opcode = byte();
    if (opcode === 0x2e) break; // STOP
    const operation = opcodes[opcode];
    if (!operation)
      throw new UsageError(
        `[${SCOPE}] opcode 0x${opcode.toString(16)} at byte ${position - 1} is not one that weight files use.`,
      );
    operation();
  }
  return { value: pop(), end: position };
}

function isCallable(value: unknown): value is PickleCallable {
  return typeof value === "object" && value !== null && "callable" in value && typeof value.callable === "function";
}
