/** ρ as the expectation values r_a = tr(P_a ρ) of all Pauli words, [4^n]: real, and diagonal for Pauli channels. */
export interface PauliVector {
  readonly numQubits: number;
  /** Index: base-4 digits I, X, Y, Z of the wires, wire 0 the highest. */
  readonly values: Float64Array;
}

/** A map on some wires, in the form that costs least. */
export type PauliMap =
  | { readonly kind: "dense"; readonly matrix: Float64Array }
  /** Row a reads `sign[a]`·(word `from[a]`): Clifford gates. */
  | { readonly kind: "move"; readonly from: Int32Array; readonly sign: Float64Array }
  /** Pauli channels. */
  | { readonly kind: "scale"; readonly factors: Float64Array };

/** Of products of a few ±1/√2. */
const ENTRY_TOLERANCE = 1e-14;

/** The cheapest form of a matrix, [4^k, 4^k]. */
export function pauliMap(matrix: Float64Array): PauliMap {
  const dim = Math.sqrt(matrix.length);
  const rows = Array.from({ length: dim }, (_, a) => matrix.subarray(a * dim, (a + 1) * dim));
  const entries = rows.map((row) => [...row.keys()].filter((b) => Math.abs(row[b]) > ENTRY_TOLERANCE));
  if (entries.every((own, a) => own.every((b) => b === a)))
    return { kind: "scale", factors: Float64Array.from(rows, (row, a) => row[a]) };
  if (!entries.every((own) => own.length === 1)) return { kind: "dense", matrix };
  return {
    kind: "move",
    from: Int32Array.from(entries, ([b]) => b),
    sign: Float64Array.from(rows, (row, a) => row[entries[a][0]]),
  };
}

/** The adjoint of a map. */
export function adjointMap(map: PauliMap): PauliMap {
  if (map.kind === "scale") return map;
  if (map.kind === "dense") {
    const dim = Math.sqrt(map.matrix.length);
    return { kind: "dense", matrix: map.matrix.map((_, e) => map.matrix[(e % dim) * dim + Math.floor(e / dim)]) };
  }
  const from = new Int32Array(map.from.length);
  const sign = new Float64Array(map.from.length);
  map.from.forEach((b, a) => {
    from[b] = a;
    sign[b] = map.sign[a];
  });
  return { kind: "move", from, sign };
}

/** |0…0⟩⟨0…0|: 1 for the words of I and Z. */
export function resetPauliVector({ values }: PauliVector): void {
  values.fill(0);
  const visit = (at: number, stride: number): void => {
    if (stride < 1) {
      values[at] = 1;
      return;
    }
    visit(at, stride / 4);
    visit(at + 3 * stride, stride / 4);
  };
  visit(0, values.length / 4);
}

/** Offsets of the words on some wires, [4^k], and a mask of the digits of these wires. */
function wordOffsets(wires: readonly number[], numQubits: number): { offsets: Int32Array; mask: number } {
  const strides = wires.map((wire) => 4 ** (numQubits - 1 - wire));
  const offsets = Int32Array.from({ length: 4 ** wires.length }, (_, a) =>
    strides.reduce((sum, stride, k) => sum + (Math.floor(a / 4 ** (wires.length - 1 - k)) % 4) * stride, 0),
  );
  return { offsets, mask: strides.reduce((sum, stride) => sum + 3 * stride, 0) };
}

/** r ← map(r) on some wires, in place. */
export function applyPauliMap(map: PauliMap, wires: readonly number[], { numQubits, values }: PauliVector): void {
  if (map.kind === "dense" && wires.length === 1) {
    applySingle(map.matrix, 4 ** (numQubits - 1 - wires[0]), values);
    return;
  }
  const { offsets, mask } = wordOffsets(wires, numQubits);
  const dim = offsets.length;
  const old = new Float64Array(dim);
  for (let base = 0; base < values.length; base++) {
    if (base & mask) continue;
    if (map.kind === "scale") {
      for (let a = 0; a < dim; a++) values[base + offsets[a]] *= map.factors[a];
      continue;
    }
    for (let a = 0; a < dim; a++) old[a] = values[base + offsets[a]];
    if (map.kind === "move") for (let a = 0; a < dim; a++) values[base + offsets[a]] = map.sign[a] * old[map.from[a]];
    else
      for (let a = 0, e = 0; a < dim; a++) {
        let sum = 0;
        for (let b = 0; b < dim; b++, e++) sum += map.matrix[e] * old[b];
        values[base + offsets[a]] = sum;
      }
  }
}

function applySingle(R: Float64Array, stride: number, values: Float64Array): void {
  for (let block = 0; block < values.length; block += 4 * stride)
    for (let x = block; x < block + stride; x++) {
      const i = values[x];
      const p = values[x + stride];
      const q = values[x + 2 * stride];
      const z = values[x + 3 * stride];
      values[x] = R[0] * i + R[1] * p + R[2] * q + R[3] * z;
      values[x + stride] = R[4] * i + R[5] * p + R[6] * q + R[7] * z;
      values[x + 2 * stride] = R[8] * i + R[9] * p + R[10] * q + R[11] * z;
      values[x + 3 * stride] = R[12] * i + R[13] * p + R[14] * q + R[15] * z;
    }
}

/** Σ bra_a ket_b for the words a, b on some wires, summed over those on the others, [4^k, 4^k]. */
export function pauliOverlaps(bra: PauliVector, ket: PauliVector, wires: readonly number[]): Float64Array {
  const { offsets, mask } = wordOffsets(wires, ket.numQubits);
  const dim = offsets.length;
  const sums = new Float64Array(dim * dim);
  for (let base = 0; base < ket.values.length; base++) {
    if (base & mask) continue;
    for (let a = 0, e = 0; a < dim; a++) {
      const left = bra.values[base + offsets[a]];
      for (let b = 0; b < dim; b++, e++) sums[e] += left * ket.values[base + offsets[b]];
    }
  }
  return sums;
}

/** Index of row x and column y of a matrix among the words' digits: bit pairs (row, column) of each wire. */
function spread(bits: number, numQubits: number): number {
  let out = 0;
  for (let k = 0; k < numQubits; k++) if ((bits >> k) & 1) out += 4 ** k;
  return out;
}

/** r of the pure state of real amplitudes v, [2^n]: r_a = ⟨v|P_a|v⟩. */
export function setPureState({ numQubits, values }: PauliVector, amplitudes: Float64Array): void {
  const places = Array.from(amplitudes, (_, x) => spread(x, numQubits));
  amplitudes.forEach((v, x) => {
    amplitudes.forEach((w, y) => {
      values[2 * places[x] + places[y]] = v * w;
    });
  });
  // A real symmetric matrix: words with an odd number of Y are 0, and the others have i² = −1 for each two of them.
  for (let stride = values.length / 4; stride >= 1; stride /= 4)
    for (let block = 0; block < values.length; block += 4 * stride)
      for (let x = block; x < block + stride; x++) {
        const [a, b, c, d] = [values[x], values[x + stride], values[x + 2 * stride], values[x + 3 * stride]];
        values[x] = a + d;
        values[x + stride] = b + c;
        values[x + 2 * stride] = b - c;
        values[x + 3 * stride] = a - d;
      }
  eachWordOfY(numQubits, (index, numY) => {
    // tr(Yρ) = i(ρ01 − ρ10)
    values[index] *= [1, 0, -1, 0][numY % 4];
  });
}

/** Re Σ_a λ_a P_a v for real amplitudes v, [2^n]; λ is used up. */
export function realAction({ numQubits, values }: PauliVector, amplitudes: Float64Array): Float64Array {
  eachWordOfY(numQubits, (index, numY) => {
    values[index] *= [1, 0, -1, 0][numY % 4];
  });
  // Per wire: entries 00 = I + Z, 01 = X − iY, 10 = X + iY, 11 = I − Z, the factors i taken out above.
  for (let stride = values.length / 4; stride >= 1; stride /= 4)
    for (let block = 0; block < values.length; block += 4 * stride)
      for (let x = block; x < block + stride; x++) {
        const [i, p, q, z] = [values[x], values[x + stride], values[x + 2 * stride], values[x + 3 * stride]];
        values[x] = i + z;
        values[x + stride] = p + q;
        values[x + 2 * stride] = p - q;
        values[x + 3 * stride] = i - z;
      }
  const places = Array.from(amplitudes, (_, x) => spread(x, numQubits));
  return amplitudes.map((_, x) => amplitudes.reduce((sum, v, y) => sum + values[2 * places[x] + places[y]] * v, 0));
}

function eachWordOfY(numQubits: number, visit: (index: number, numY: number) => void): void {
  for (let index = 0; index < 4 ** numQubits; index++) {
    let numY = 0;
    for (let rest = index; rest > 0; rest = Math.floor(rest / 4)) if (rest % 4 === 2) numY++;
    if (numY > 0) visit(index, numY);
  }
}
