import type { Operation } from "../gate.ts";

/** Which operations wait for which, wire by wire. */
export interface Dependencies {
  /** Operations that come next on a wire of each. */
  readonly after: readonly (readonly number[])[];
  /** How many come last before each on its wires. */
  readonly numBefore: Int32Array;
}

export function dependenciesOf(operations: readonly Operation[], numWires: number): Dependencies {
  const after: number[][] = operations.map(() => []);
  const numBefore = new Int32Array(operations.length);
  const last = new Array<number>(numWires).fill(-1);
  operations.forEach(({ wires }, k) => {
    for (const before of new Set(wires.map((wire) => last[wire])))
      if (before >= 0) {
        after[before].push(k);
        numBefore[k]++;
      }
    for (const wire of wires) last[wire] = k;
  });
  return { after, numBefore };
}

/** The first `count` gates on two wires that come after those of the front, in the order of a walk through what follows. */
export function followers(
  operations: readonly Operation[],
  { after }: Dependencies,
  front: readonly number[],
  count: number,
): readonly number[] {
  const seen = new Set<number>(front);
  const found: number[] = [];
  const queue = [...front];
  for (let at = 0; at < queue.length && found.length < count; at++)
    for (const next of after[queue[at]]) {
      if (seen.has(next)) continue;
      seen.add(next);
      queue.push(next);
      if (operations[next].wires.length === 2) found.push(next);
    }
  return found;
}
