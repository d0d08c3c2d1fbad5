import { adjoint, type ComplexMatrix, multiply } from "../complex-matrix.ts";
import { pauliMatrix } from "./channel.ts";

const known = /* @__PURE__ */ new Map<number, readonly ComplexMatrix[]>();

/** The matrices of all words on k wires in the order of base-4 digits I, X, Y, Z, the first wire the highest. */
function wordsOn(k: number): readonly ComplexMatrix[] {
  const found = known.get(k);
  if (found) return found;
  const words = Array.from({ length: 4 ** k }, (_, a) => a.toString(4).padStart(k, "0"));
  const made = words.map((digits) => pauliMatrix([...digits].map((digit) => "IXYZ"[Number(digit)]).join("")));
  known.set(k, made);
  return made;
}

/**
 * The map ρ ← Σ A ρ B† on expectation values of Pauli words: R_ab = Re Σ tr(P_a A P_b B†)/2^k, real, [4^k, 4^k] row-major.
 *
 * @see Greenbaum 2015, arXiv:1509.02921, §2 (the Pauli transfer matrix)
 */
function transfer(pairs: readonly (readonly [A: ComplexMatrix, B: ComplexMatrix])[]): Float64Array {
  const { dim } = pairs[0][0];
  const words = wordsOn(Math.log2(dim));
  const numWords = words.length;
  const R = new Float64Array(numWords * numWords);
  for (const [A, B] of pairs) {
    const back = adjoint(B);
    words.forEach((word, b) => {
      const { re, im } = multiply(A, multiply(word, back));
      words.forEach((P, a) => {
        let sum = 0;
        // Re tr(P M); P is Hermitian, so P_xy = conj P_yx.
        for (let e = 0; e < re.length; e++) sum += P.re[e] * re[e] + P.im[e] * im[e];
        R[a * numWords + b] += sum / dim;
      });
    });
  }
  return R;
}

/** Of a channel, by its Kraus operators; of a gate, by its one unitary. */
export const transferMatrix = (operators: readonly ComplexMatrix[]): Float64Array => transfer(operators.map((K) => [K, K]));

/** ∂R of a gate with matrix U and derivative D: 2·Re tr(P_a D P_b U†)/2^k. */
export const transferSlope = (U: ComplexMatrix, D: ComplexMatrix): Float64Array => transfer([[D, U]]).map((x) => 2 * x);

/** A·B for square matrices, row-major. */
export function multiplyReal(A: Float64Array, B: Float64Array): Float64Array {
  const dim = Math.sqrt(A.length);
  const out = new Float64Array(A.length);
  for (let i = 0; i < dim; i++)
    for (let k = 0; k < dim; k++) {
      const a = A[i * dim + k];
      if (a !== 0) for (let j = 0; j < dim; j++) out[i * dim + j] += a * B[k * dim + j];
    }
  return out;
}

/** The identity on one wire's words. */
export const identityTransfer = (): Float64Array => Float64Array.from({ length: 16 }, (_, e) => (e % 5 === 0 ? 1 : 0));
