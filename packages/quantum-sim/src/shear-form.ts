/** Shears of all qubits together let no amplitude grow by more than 2^this, nor any product of two by more than its square. */
const MOST_DOUBLINGS = 40;

/**
 * The largest |s/c| for which a rotation [c −s; s c] is carried out as c·[1 −k; k 1] with k = s/c. Rounding errors do not grow with k: what
 * is left out, c, shrinks by as much. Only the range of float32 sets a bound; beyond it stands the form s·[k −1; 1 k], k = c/s, which
 * takes more operations.
 *
 * @param numQubits - Qubits that turn before the factors that were left out are put back.
 */
export const largestShear = (numQubits: number): number => 2 ** (MOST_DOUBLINGS / numQubits);
