import { expect } from "../errors.ts";

/** The stack of a pickle, with its marks. Every method throws a UsageError where the pickle asks for what is not there. */
export interface PickleStack {
  push(value: unknown): void;
  pop(): unknown;
  top(): unknown;
  mark(): void;
  /** Everything above the last mark, which is taken away. */
  popToMark(): unknown[];
  /** Into the dict on top: key, value, key, value, … */
  setItems(items: readonly unknown[]): void;
  /** To the list on top. */
  append(items: readonly unknown[]): void;
  /** Into the set on top. */
  addItems(items: readonly unknown[]): void;
}

export function createPickleStack(scope: string): PickleStack {
  const stack: unknown[] = [];
  const marks: number[] = [];
  const top = (): unknown => {
    expect(stack.length > (marks.at(-1) ?? 0), scope, "the pickle's stack is empty.");
    return stack[stack.length - 1];
  };
  return {
    push: (value) => void stack.push(value),
    pop() {
      expect(stack.length > (marks.at(-1) ?? 0), scope, "the pickle takes more from its stack than it put there.");
      return stack.pop();
    },
    top,
    mark: () => void marks.push(stack.length),
    popToMark() {
      const mark = marks.pop();
      expect(mark !== undefined, scope, "the pickle has no mark where it needs one.");
      return stack.splice(mark);
    },
    setItems(items) {
      const map = top();
      expect(map instanceof Map && items.length % 2 === 0, scope, "the pickle sets items of something that is no dict.");
      for (let i = 0; i < items.length; i += 2) map.set(items[i], items[i + 1]);
    },
    append(items) {
      const list = top();
      expect(Array.isArray(list), scope, "the pickle appends to something that is no list.");
      for (const item of items) list.push(item);
    },
    addItems(items) {
      const set = top();
      expect(set instanceof Set, scope, "the pickle adds to something that is no set.");
      for (const item of items) set.add(item);
    },
  };
}
