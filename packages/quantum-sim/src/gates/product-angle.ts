import { expect } from "repro-kit";
import { scale } from "../complex-matrix.ts";
import { defineGate, type Gate } from "../gate.ts";

const known = /* @__PURE__ */ new WeakMap<Gate, Gate>();

/**
 * The gate of two angles a, b that is U(a·b): for products of features (IQP), or of a feature and a weight. It is compiled as U itself.
 *
 * @throws UsageError if the gate does not take one angle.
 * @example productAngle(IsingZZ).on([0, 1], input(0), input(1)); // exp(−i x₀x₁ ZZ/2)
 */
export function productAngle(gate: Gate): Gate {
  expect(gate.numAngles === 1, "productAngle", `expected a gate of one angle; ${gate.name} takes ${gate.numAngles}.`);
  const found = known.get(gate);
  if (found) return found;
  const product = defineGate({
    name: `${gate.name}(a·b)`,
    numWires: gate.numWires,
    numAngles: 2,
    productOf: gate,
    matrix: ([a, b]) => gate.matrix([a * b]),
    derivative: ([a, b], k) => scale(k === 0 ? b : a, gate.derivative([a * b], 0)),
    generator: ([a, b], k) => scale(k === 0 ? b : a, gate.generator([a * b], 0)),
  });
  known.set(gate, product);
  return product;
}
