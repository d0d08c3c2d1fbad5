/** What a test pickle is made of: plain values, and names, calls and persistent ids as the files of torch hold them. */
export type PickleItem =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly PickleItem[]
  | ReadonlyMap<PickleItem, PickleItem>
  | { readonly tuple: readonly PickleItem[] }
  | { readonly global: readonly [module: string, name: string] }
  | { readonly call: PickleItem; readonly args: readonly PickleItem[]; readonly state?: PickleItem }
  | { readonly persistent: PickleItem };

const encoder = new TextEncoder();
const little = (value: number | bigint, bytes: number): number[] =>
  Array.from({ length: bytes }, (_, i) => Number((BigInt(value) >> BigInt(8 * i)) & 255n));

/** A pickle of protocol 2 or 4. */
export function writePickle(item: PickleItem, protocol: 2 | 4 = 2): Uint8Array {
  return Uint8Array.from([0x80, protocol, ...body(item, protocol), 0x2e]);
}

function body(item: PickleItem, protocol: 2 | 4): number[] {
  const write = (one: PickleItem): number[] => body(one, protocol);
  const text = (value: string): number[] => {
    const bytes = encoder.encode(value);
    return protocol === 4 && bytes.length < 256 ? [0x8c, bytes.length, ...bytes] : [0x58, ...little(bytes.length, 4), ...bytes];
  };
  if (item === null) return [0x4e];
  if (typeof item === "boolean") return [item ? 0x88 : 0x89];
  if (typeof item === "string") return text(item);
  if (typeof item === "bigint") return [0x8a, 10, ...little(item, 10)];
  if (typeof item === "number") {
    if (Number.isInteger(item) && item >= 0 && item < 256) return [0x4b, item];
    if (Number.isInteger(item) && Math.abs(item) < 2 ** 31) return [0x4a, ...little(item, 4)];
    return [0x47, ...new Uint8Array(Float64Array.of(item).buffer).reverse()];
  }
  if (item instanceof Uint8Array) return [0x42, ...little(item.length, 4), ...item];
  if (item instanceof Map) return [0x7d, 0x28, ...[...item].flatMap(([key, value]) => [...write(key), ...write(value)]), 0x75];
  if (Array.isArray(item)) return [0x5d, 0x28, ...item.flatMap(write), 0x65];
  if ("tuple" in item) return [0x28, ...item.tuple.flatMap(write), 0x74];
  if ("persistent" in item) return [...write(item.persistent), 0x51];
  if ("global" in item) {
    const [module, name] = item.global;
    return protocol === 4 ? [...text(module), ...text(name), 0x93] : [0x63, ...encoder.encode(`${module}\n${name}\n`)];
  }
  if ("call" in item) {
    const state = item.state === undefined ? [] : [...write(item.state), 0x62];
    return [...write(item.call), ...write({ tuple: item.args }), 0x52, ...state];
  }
  throw new Error("bug: no such item.");
}
