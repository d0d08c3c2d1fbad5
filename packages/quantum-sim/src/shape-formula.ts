import type { Ansatz, AnsatzSize } from "./ansatz.ts";

/**
 * The weight shape of an ansatz in names: "numLayers × numQubits × 3". Axes that are a + b·numQubits + c·numLayers +
 * d·numQubits·numLayers are told by trying other sizes, any other by its number.
 */
export function shapeFormula(ansatz: Ansatz, { numQubits, numLayers }: AnsatzSize): string {
  const here = ansatz.weightShape({ numQubits, numLayers });
  const others = otherShapes(ansatz, { numQubits, numLayers });
  if (!others) return here.join(" × ");
  const [moreQubits, moreLayers, more, most] = others;
  return here
    .map((length, axis) => {
      const byQubit = moreQubits[axis] - length;
      const byLayer = moreLayers[axis] - length;
      const both = more[axis] - length - byQubit - byLayer;
      if (most[axis] !== length + 2 * byQubit + 3 * byLayer + 6 * both) return `${length}`;
      const qubits = byQubit - both * numLayers;
      const layers = byLayer - both * numQubits;
      const constant = length - qubits * numQubits - layers * numLayers - both * numQubits * numLayers;
      return sumText([
        [both, "numLayers·numQubits"],
        [layers, "numLayers"],
        [qubits, "numQubits"],
        [constant, ""],
      ]);
    })
    .join(" × ");
}

/** Shapes at one more qubit, one more layer, both, and 2 and 3 more; undefined for an ansatz that is not made for such sizes. */
function otherShapes(ansatz: Ansatz, { numQubits, numLayers }: AnsatzSize): (readonly number[])[] | undefined {
  const shapeAt = (q: number, l: number) => ansatz.weightShape({ numQubits: numQubits + q, numLayers: numLayers + l });
  try {
    return [shapeAt(1, 0), shapeAt(0, 1), shapeAt(1, 1), shapeAt(2, 3)];
  } catch {
    // Say, only powers of two: the size that was asked for is right all the same.
    return undefined;
  }
}

/** Σ factor·name, those that are not zero; in brackets if there are several. */
function sumText(terms: readonly (readonly [factor: number, name: string])[]): string {
  const parts = terms.filter(([factor]) => factor !== 0);
  if (parts.length === 0) return "0";
  const text = parts
    .map(([factor, name], i) => {
      const size = Math.abs(factor);
      const value = name === "" ? `${size}` : size === 1 ? name : `${size}·${name}`;
      if (i === 0) return factor < 0 ? `−${value}` : value;
      return factor < 0 ? ` − ${value}` : ` + ${value}`;
    })
    .join("");
  return parts.length > 1 ? `(${text})` : text;
}
