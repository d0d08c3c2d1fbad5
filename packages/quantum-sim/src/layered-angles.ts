import type { FloatArray } from "./executable.ts";
import type { LayeredArrays } from "./layered-memory.ts";
import type { LayeredProgram } from "./layered-program.ts";
import { largestShear } from "./shear-form.ts";

/**
 * Splits each turn U = e^{iδ}·diag(1, e^{iα})·[c −s; s c]·diag(1, e^{iγ}) into the phases and the shear of the kernel.
 * Rows of the first layer are left out: that layer is part of the product state.
 *
 * @param quaternions - [S][L][n][4].
 */
export function writeLayerAngles(program: LayeredProgram, count: number, quaternions: Float64Array, arrays: LayeredArrays): void {
  const { numQubits: n, isComplex, measure } = program;
  const L = program.layers.length;
  const { shears, forms, scales, phasesAfter, phasesBefore } = arrays;
  const largest = largestShear(n);
  for (let circuit = 0; circuit < count; circuit++) {
    scales[circuit * L] = 1;
    for (let q = 0; q < n; q++) {
      setPhase(phasesAfter, circuit * L * n + q, 1, 0);
      // ⟨Y⟩ is ⟨X⟩ after S† = diag(1, −i).
      setPhase(phasesBefore, (circuit * (L + 1) + L) * n + q, measure === "Y" ? 0 : 1, measure === "Y" ? -1 : 0);
    }
    for (let layer = 1; layer < L; layer++) {
      let form = 0;
      let scale = 1;
      for (let q = 0; q < n; q++) {
        const row = (circuit * L + layer) * n + q;
        const a = quaternions[4 * row];
        const x = quaternions[4 * row + 1];
        const y = quaternions[4 * row + 2];
        const z = quaternions[4 * row + 3];
        let c = a;
        let s = y;
        if (isComplex) {
          // U00 = a − iz = c·e^{−i(α+γ)/2}, U10 = y − ix = s·e^{i(α−γ)/2}.
          c = Math.sqrt(a * a + z * z);
          s = Math.sqrt(x * x + y * y);
          const r0 = c > 0 ? a / c : 1;
          const i0 = c > 0 ? -z / c : 0;
          const r1 = s > 0 ? y / s : 1;
          const i1 = s > 0 ? -x / s : 0;
          setPhase(phasesAfter, row, r0 * r1 + i0 * i1, r0 * i1 - i0 * r1);
          setPhase(phasesBefore, (circuit * (L + 1) + layer) * n + q, r0 * r1 - i0 * i1, -r0 * i1 - i0 * r1);
        }
        const isCosine = Math.abs(s) <= largest * Math.abs(c);
        shears[row] = isCosine ? s / c : c / s;
        scale *= isCosine ? c : s;
        if (!isCosine) form |= 1 << (n - 1 - q);
      }
      forms[circuit * L + layer] = form;
      scales[circuit * L + layer] = scale;
    }
  }
}

function setPhase(phases: { [index: number]: number }, at: number, cos: number, sin: number): void {
  phases[2 * at] = cos;
  phases[2 * at + 1] = sin;
}

/** Sizes of the product state of the first layer. */
export interface ProductSizes {
  readonly batch: number;
  /** S. */
  readonly count: number;
  /** n. */
  readonly numQubits: number;
  /** Rows of `turned` for each circuit; its first n are those of the first layer. */
  readonly rows: number;
  /** Whether all circuits have the same encodings. */
  readonly sharedInputs: boolean;
}

/**
 * The first layer's turns after the encodings, as quaternions and as amplitudes (a − iz, y − ix).
 *
 * @param encoded - [B][S or 1][n][4].
 * @param turned - [S][rows][4].
 * @param qubits - [B][S][n][4], written.
 * @param amplitudes - [B][S][n][4], written.
 */
export function composeProduct(
  { batch, count, numQubits: n, rows, sharedInputs }: ProductSizes,
  encoded: Float64Array,
  turned: Float64Array,
  qubits: Float64Array,
  amplitudes: FloatArray,
): void {
  const step = 4 * count * n;
  for (let c = 0; c < count; c++)
    for (let q = 0; q < n; q++) {
      const left = 4 * (c * rows + q);
      const b = turned[left];
      const u = turned[left + 1];
      const v = turned[left + 2];
      const w = turned[left + 3];
      const fromStep = sharedInputs ? 4 * n : step;
      let at = 4 * (c * n + q);
      let from = sharedInputs ? 4 * q : at;
      for (let sample = 0; sample < batch; sample++, at += step, from += fromStep) {
        const a = encoded[from];
        const x = encoded[from + 1];
        const y = encoded[from + 2];
        const z = encoded[from + 3];
        const newA = b * a - u * x - v * y - w * z;
        const newX = b * x + u * a + v * z - w * y;
        const newY = b * y + v * a + w * x - u * z;
        const newZ = b * z + w * a + u * y - v * x;
        qubits[at] = newA;
        qubits[at + 1] = newX;
        qubits[at + 2] = newY;
        qubits[at + 3] = newZ;
        amplitudes[at] = newA;
        amplitudes[at + 1] = -newZ;
        amplitudes[at + 2] = newY;
        amplitudes[at + 3] = -newX;
      }
    }
}

/**
 * T_P = Re⟨Λ|−iP|u⟩ for P = X, Y, Z of each qubit of the product state: after the first layer summed over the batch, and before it summed
 * over the circuits that share their encodings.
 *
 * @param contractions - Λ, [B][S][n][4]: (re, im) of its two amplitudes.
 * @param qubits - As `composeProduct` wrote them.
 * @param layerTorques - [S][n][3], written.
 * @param encodingTorques - [B][S or 1][n][3], added to.
 */
export function addProductTorques(
  { batch, count, numQubits: n, rows, sharedInputs }: ProductSizes,
  contractions: FloatArray,
  qubits: Float64Array,
  turned: Float64Array,
  layerTorques: Float64Array,
  encodingTorques: Float64Array,
): void {
  const step = 4 * count * n;
  for (let c = 0; c < count; c++)
    for (let q = 0; q < n; q++) {
      const left = 4 * (c * rows + q);
      const a = turned[left];
      const x = turned[left + 1];
      const y = turned[left + 2];
      const z = turned[left + 3];
      // The turn as a matrix of vectors; its transpose turns back.
      const m00 = 1 - 2 * (y * y + z * z);
      const m01 = 2 * (x * y - a * z);
      const m02 = 2 * (x * z + a * y);
      const m10 = 2 * (x * y + a * z);
      const m11 = 1 - 2 * (x * x + z * z);
      const m12 = 2 * (y * z - a * x);
      const m20 = 2 * (x * z - a * y);
      const m21 = 2 * (y * z + a * x);
      const m22 = 1 - 2 * (x * x + y * y);
      const toStep = sharedInputs ? 3 * n : 3 * count * n;
      let to = sharedInputs ? 3 * q : 3 * (c * n + q);
      let at = 4 * (c * n + q);
      let sumX = 0;
      let sumY = 0;
      let sumZ = 0;
      for (let sample = 0; sample < batch; sample++, at += step, to += toStep) {
        const l0r = contractions[at];
        const l0i = contractions[at + 1];
        const l1r = contractions[at + 2];
        const l1i = contractions[at + 3];
        const u0r = qubits[at];
        const u0i = -qubits[at + 3];
        const u1r = qubits[at + 2];
        const u1i = -qubits[at + 1];
        const tx = l0r * u1i - l0i * u1r + l1r * u0i - l1i * u0r;
        const ty = l1r * u0r + l1i * u0i - l0r * u1r - l0i * u1i;
        const tz = l0r * u0i - l0i * u0r - l1r * u1i + l1i * u1r;
        sumX += tx;
        sumY += ty;
        sumZ += tz;
        encodingTorques[to] += m00 * tx + m10 * ty + m20 * tz;
        encodingTorques[to + 1] += m01 * tx + m11 * ty + m21 * tz;
        encodingTorques[to + 2] += m02 * tx + m12 * ty + m22 * tz;
      }
      const sum = 3 * (c * n + q);
      layerTorques[sum] = sumX;
      layerTorques[sum + 1] = sumY;
      layerTorques[sum + 2] = sumZ;
    }
}
