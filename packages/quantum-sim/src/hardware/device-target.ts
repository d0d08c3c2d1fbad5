import { expect } from "repro-kit";
import type { EntanglerName } from "./basis-gates.ts";

/** What a transpiler must know of a device. */
export interface DeviceTarget {
  readonly name: string;
  readonly numQubits: number;
  readonly entangler: EntanglerName;
  /** Pairs that have the native two-qubit gate, in its direction, with its error. */
  readonly edges: readonly { readonly pair: readonly [number, number]; readonly error: number }[];
  /** Error of reading each qubit; default 0. */
  readonly readoutErrors?: readonly number[];
}

/** @throws UsageError for a target whose pairs or numbers are none. */
export function checkTarget({ name, numQubits, entangler, edges, readoutErrors }: DeviceTarget): void {
  expect(Number.isInteger(numQubits) && numQubits >= 1, name, `numQubits must be an integer ≥ 1; got ${numQubits}.`);
  expect(["cx", "cz", "ecr"].includes(entangler), name, `entangler must be "cx", "cz" or "ecr"; got ${entangler}.`);
  for (const { pair, error } of edges) {
    const isPair = pair[0] !== pair[1] && pair.every((qubit) => Number.isInteger(qubit) && qubit >= 0 && qubit < numQubits);
    expect(isPair, name, `edges must join two different qubits below ${numQubits}; got [${pair.join(", ")}].`);
    expect(error >= 0 && error <= 1, name, `the error of edge [${pair.join(", ")}] must lie in [0, 1]; got ${error}.`);
  }
  const numErrors = readoutErrors?.length ?? numQubits;
  expect(numErrors === numQubits, name, `readoutErrors must have an entry a qubit; got ${numErrors} for ${numQubits}.`);
}

/** Neighbours, distances and errors of a target's coupling map. */
export function coupling(target: DeviceTarget) {
  const { numQubits, edges } = target;
  const errors = new Map<string, number>();
  const isNative = new Set<string>();
  const neighbours: number[][] = Array.from({ length: numQubits }, () => []);
  for (const {
    pair: [a, b],
    error,
  } of edges) {
    isNative.add(`${a},${b}`);
    if (!neighbours[a].includes(b)) {
      neighbours[a].push(b);
      neighbours[b].push(a);
    }
    for (const key of [`${a},${b}`, `${b},${a}`]) errors.set(key, Math.min(error, errors.get(key) ?? 1));
  }
  const distances = neighbours.map((_, start) => {
    const distance = new Array<number>(numQubits).fill(Number.POSITIVE_INFINITY);
    distance[start] = 0;
    const queue = [start];
    for (const at of queue)
      for (const next of neighbours[at])
        if (distance[next] === Number.POSITIVE_INFINITY) {
          distance[next] = distance[at] + 1;
          queue.push(next);
        }
    return distance;
  });
  return {
    neighbours,
    distances,
    hasNative: (a: number, b: number) => isNative.has(`${a},${b}`),
    errorOf: (a: number, b: number) => errors.get(`${a},${b}`) ?? 1,
  };
}
export type Coupling = ReturnType<typeof coupling>;
