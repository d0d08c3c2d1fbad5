/** Which pairs of qubits are entangled: neighbours 0–1, 1–2, …; the same and the last with the first; or every pair. */
export type EntanglingPattern = "chain" | "ring" | "all";

/** The pairs of a pattern, in the order they act. */
export function entangledPairs(pattern: EntanglingPattern, numQubits: number): (readonly [number, number])[] {
  const wires = Array.from({ length: numQubits }, (_, wire) => wire);
  if (pattern === "all") return wires.flatMap((a) => wires.slice(a + 1).map((b) => [a, b] as const));
  const chain = wires.slice(1).map((q) => [q - 1, q] as const);
  return pattern === "ring" && numQubits > 2 ? [...chain, [numQubits - 1, 0]] : chain;
}
