import { symmetricEigen } from "array-kernels";
import { adjoint, type ComplexMatrix, identity, matrix, multiply } from "../complex-matrix.ts";
import { defineGate, type Operation } from "../gate.ts";
import { interactionOperations } from "./interaction.ts";

const r = Math.SQRT1_2;
/** Bell states as columns: in this basis SU(2)⊗SU(2) is real, and XX, YY and ZZ are diagonal. */
const MAGIC: ComplexMatrix = /* @__PURE__ */ matrix(
  [r, 0, 0, 0, 0, 0, r, 0, 0, 0, -r, 0, r, 0, 0, 0],
  [0, 0, 0, r, 0, r, 0, 0, 0, r, 0, 0, 0, 0, 0, -r],
);
/** Angles of the mixtures of real and imaginary part whose eigenvectors are tried: generic ones. */
const MIXTURES = [0.3, 1.1, 1.9, 2.7, 0.7, 1.5, 2.3];
/** What an off-diagonal entry may be: rounding. */
const CLOSE = 1e-13;

/**
 * A unitary on two wires as at most three CNOTs and gates on one wire, up to phase: U = (A⊗B)·exp(i(a·XX + b·YY + c·ZZ))·(C⊗D), by the
 * eigenvectors of MᵀM for U in the basis of Bell states.
 *
 * @see Kraus & Cirac 2001, arXiv:quant-ph/0011050, appendix A; Vatan & Williams 2004, arXiv:quant-ph/0308006
 */
export function twoQubitUnitary(U: ComplexMatrix, wires: readonly number[]): Operation[] {
  const M = multiply(adjoint(MAGIC), multiply(U, MAGIC));
  const P = realEigenvectors(multiply(transpose(M), M));
  // MᵀM = P·D²·Pᵀ, and M = K·D·Pᵀ with K real: a sign of D makes its determinant 1.
  const rotated = multiply(M, P);
  const phases = Float64Array.from({ length: 4 }, (_, j) => columnPhase(rotated, j));
  const K = scaledColumns(rotated, phases);
  if (determinant(K.re) < 0) {
    phases[0] += Math.PI;
    for (let i = 0; i < 4; i++) {
      K.re[4 * i] = -K.re[4 * i];
      K.im[4 * i] = -K.im[4 * i];
    }
  }
  const [p, q, s, t] = phases;
  const [A, B] = factors(multiply(MAGIC, multiply(K, adjoint(MAGIC))));
  const [C, D] = factors(multiply(MAGIC, multiply(transpose(P), adjoint(MAGIC))));
  return [
    single(C, wires[0]),
    single(D, wires[1]),
    ...interactionOperations([(p + q - s - t) / 4, (q + t - p - s) / 4, (p + t - q - s) / 4], wires),
    single(A, wires[0]),
    single(B, wires[1]),
  ];
}

const transpose = ({ dim, re, im }: ComplexMatrix): ComplexMatrix => {
  const swapped = (values: Float64Array) => values.map((_, i) => values[(i % dim) * dim + Math.floor(i / dim)]);
  return { dim, re: swapped(re), im: swapped(im) };
};

/** A real P of determinant 1 with PᵀSP diagonal, for a symmetric unitary S: its real and imaginary part share their eigenvectors. */
function realEigenvectors(S: ComplexMatrix): ComplexMatrix {
  let best = identity(4);
  let least = Number.POSITIVE_INFINITY;
  for (const angle of MIXTURES) {
    const mixture = S.re.map((x, i) => Math.cos(angle) * x + Math.sin(angle) * S.im[i]);
    const { vectors } = symmetricEigen(
      mixture.map((x, i) => (x + mixture[(i % 4) * 4 + Math.floor(i / 4)]) / 2),
      4,
      { vectors: true },
    );
    if (!vectors) throw new Error("bug: eigenvectors were asked for.");
    const P = { dim: 4, re: vectors, im: new Float64Array(16) };
    const { re, im } = multiply(transpose(P), multiply(S, P));
    const off = re.reduce((largest, x, i) => (i % 5 === 0 ? largest : Math.max(largest, Math.hypot(x, im[i]))), 0);
    if (off < least) [best, least] = [P, off];
    if (least < CLOSE) break;
  }
  if (determinant(best.re) < 0) for (let i = 0; i < 4; i++) best.re[4 * i] = -best.re[4 * i];
  return best;
}

/** The phase e^{iθ}, up to sign, that a column of a real matrix has been multiplied with. */
function columnPhase({ re, im }: ComplexMatrix, column: number): number {
  let cos = 0;
  let sin = 0;
  for (let i = column; i < 16; i += 4) {
    cos += re[i] ** 2 - im[i] ** 2;
    sin += 2 * re[i] * im[i];
  }
  return Math.atan2(sin, cos) / 2;
}

/** Column j times e^{−iθ_j}. */
function scaledColumns({ dim, re, im }: ComplexMatrix, phases: Float64Array): ComplexMatrix {
  const [c, s] = [phases.map(Math.cos), phases.map(Math.sin)];
  return {
    dim,
    re: re.map((x, i) => c[i % 4] * x + s[i % 4] * im[i]),
    im: im.map((y, i) => c[i % 4] * y - s[i % 4] * re[i]),
  };
}

/** Of a real 4×4 matrix, by cofactors of the first row. */
function determinant(m: Float64Array): number {
  const minor = (columns: readonly number[]): number => {
    const [a, b, c] = columns;
    const at = (row: number, column: number) => m[4 * row + column];
    return (
      at(1, a) * (at(2, b) * at(3, c) - at(2, c) * at(3, b)) -
      at(1, b) * (at(2, a) * at(3, c) - at(2, c) * at(3, a)) +
      at(1, c) * (at(2, a) * at(3, b) - at(2, b) * at(3, a))
    );
  };
  return m[0] * minor([1, 2, 3]) - m[1] * minor([0, 2, 3]) + m[2] * minor([0, 1, 3]) - m[3] * minor([0, 1, 2]);
}

/** A and B of A⊗B, up to phase: the largest 2×2 block is a multiple of B. */
function factors({ re, im }: ComplexMatrix): [ComplexMatrix, ComplexMatrix] {
  const entry = (i: number, j: number, k: number, l: number) => 4 * (2 * i + k) + 2 * j + l;
  const four = [0, 1, 2, 3].map((n) => [n >> 1, n & 1] as const);
  const norms = four.map(([i, j]) =>
    four.reduce((sum, [k, l]) => sum + re[entry(i, j, k, l)] ** 2 + im[entry(i, j, k, l)] ** 2, 0),
  );
  const [i, j] = four[norms.indexOf(Math.max(...norms))];
  const size = Math.sqrt(Math.max(...norms) / 2);
  const B = matrix(
    four.map(([k, l]) => re[entry(i, j, k, l)] / size),
    four.map(([k, l]) => im[entry(i, j, k, l)] / size),
  );
  // A_ij = tr(B†·block)/2.
  const overlaps = four.map(([m, n]) =>
    four.reduce(
      ([x, y], [k, l], at) => {
        const [a, b] = [re[entry(m, n, k, l)], im[entry(m, n, k, l)]];
        return [x + (B.re[at] * a + B.im[at] * b) / 2, y + (B.re[at] * b - B.im[at] * a) / 2];
      },
      [0, 0],
    ),
  );
  return [
    matrix(
      overlaps.map(([x]) => x),
      overlaps.map(([, y]) => y),
    ),
    B,
  ];
}

function single(unitary: ComplexMatrix, wire: number): Operation {
  const zero = { dim: 2, re: new Float64Array(4), im: new Float64Array(4) };
  return defineGate({ name: "turn", numWires: 1, numAngles: 0, matrix: () => unitary, derivative: () => zero }).on([wire]);
}
