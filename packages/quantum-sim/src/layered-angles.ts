import type { FloatArray } from "./executable.ts";
import type { LayeredArrays } from "./layered-memory.ts";
import type { LayeredProgram } from "./layered-program.ts";

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
        const isCosine = Math.abs(c) >= Math.abs(s);
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

/**
 * out ← T_P = Re⟨Λ|−iP|u⟩ of one qubit for P = X, Y, Z.
 *
 * @param contractions - Λ from index `at` on: (re, im) of its two amplitudes.
 * @param qubits - u = (a − iz, y − ix) as the quaternion (a, x, y, z), from the same index on.
 */
export function productTorque(contractions: FloatArray, qubits: Float64Array, at: number, out: Float64Array): void {
  const l0r = contractions[at];
  const l0i = contractions[at + 1];
  const l1r = contractions[at + 2];
  const l1i = contractions[at + 3];
  const u0r = qubits[at];
  const u0i = -qubits[at + 3];
  const u1r = qubits[at + 2];
  const u1i = -qubits[at + 1];
  out[0] = l0r * u1i - l0i * u1r + l1r * u0i - l1i * u0r;
  out[1] = l1r * u0r + l1i * u0i - l0r * u1r - l0i * u1i;
  out[2] = l0r * u0i - l0i * u0r - l1r * u1i + l1i * u1r;
}
