import { UsageError } from "./errors.ts";
import { listKnown } from "./options.ts";

export interface Named {
  readonly name: string;
}

export interface Registry<T extends Named> {
  readonly kind: string;
  /** The item of that name, or the item itself when it already is one. @throws UsageError that lists the known names. */
  resolve(nameOrItem: string | T): T;
  /** Adds an item. @throws UsageError if the name is taken. */
  register(item: T): void;
  names(): string[];
  [Symbol.iterator](): Iterator<T>;
}

/** A list of named pieces (gates, ansätze, metrics …) that can be extended at run time. */
export function createRegistry<T extends Named>(kind: string, builtins: readonly T[]): Registry<T> {
  const items = new Map<string, T>();
  const register = (item: T): void => {
    if (items.has(item.name)) throw new UsageError(`[${kind}] a ${kind} named "${item.name}" is already registered.`);
    items.set(item.name, item);
  };
  builtins.forEach(register);
  return {
    kind,
    register,
    resolve(nameOrItem) {
      if (typeof nameOrItem !== "string") return nameOrItem;
      const item = items.get(nameOrItem);
      if (!item) throw new UsageError(`[${kind}] no ${kind} named "${nameOrItem}"; ${listKnown(nameOrItem, [...items.keys()])}`);
      return item;
    },
    names: () => [...items.keys()],
    [Symbol.iterator]: () => items.values(),
  };
}
