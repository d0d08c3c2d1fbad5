import { expect } from "repro-kit";
import { bareRecord } from "../weight-file.ts";

/** Numbers, text, lists and records of them. */
export type PlainValue = null | boolean | number | bigint | string | readonly PlainValue[] | PlainRecord;
export interface PlainRecord {
  readonly [name: string]: PlainValue;
}

const MAX_DEPTH = 16;
const MAX_ITEMS = 10_000;

/**
 * A value of a pickle as plain data: dicts become records without prototype, sets lists.
 *
 * @returns undefined where something in it is no plain data.
 * @throws UsageError if it unfolds to more than a settings dict ever does.
 */
export function plainValue(value: unknown, scope: string): PlainValue | undefined {
  let numItems = 0;
  const convert = (item: unknown, depth: number): PlainValue | undefined => {
    expect(depth <= MAX_DEPTH && ++numItems <= MAX_ITEMS, scope, "its settings unfold to more than settings ever hold.");
    if (item === null || ["boolean", "number", "bigint", "string"].includes(typeof item)) return item as PlainValue; // by the line itself
    if (Array.isArray(item) || item instanceof Set) {
      const list = [...item].map((one) => convert(one, depth + 1));
      return list.every((one) => one !== undefined) ? list : undefined;
    }
    if (!(item instanceof Map)) return undefined;
    const record = bareRecord<PlainValue>();
    for (const [key, one] of item) {
      const converted = convert(one, depth + 1);
      if (typeof key !== "string" || converted === undefined) return undefined;
      record[key] = converted;
    }
    return record;
  };
  return convert(value, 0);
}
