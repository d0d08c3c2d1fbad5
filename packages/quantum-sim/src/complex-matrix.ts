/** Dense complex square matrix, row-major; `re` and `im` have length dim². */
export interface ComplexMatrix {
  readonly dim: number;
  readonly re: Float64Array;
  readonly im: Float64Array;
}

/** A matrix from its entries, row-major; `im` defaults to zero. */
export const matrix = (re: readonly number[], im: readonly number[] = re.map(() => 0)): ComplexMatrix => ({
  dim: Math.sqrt(re.length),
  re: Float64Array.from(re),
  im: Float64Array.from(im),
});

/** The identity, [dim, dim]. */
export function identity(dim: number): ComplexMatrix {
  const re = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) re[i * dim + i] = 1;
  return { dim, re, im: new Float64Array(dim * dim) };
}

/** a·A, for real a. */
export const scale = (a: number, A: ComplexMatrix): ComplexMatrix => ({
  dim: A.dim,
  re: A.re.map((x) => a * x),
  im: A.im.map((x) => a * x),
});

/** A·B. */
export function multiply(A: ComplexMatrix, B: ComplexMatrix): ComplexMatrix {
  const { dim } = A;
  const re = new Float64Array(dim * dim);
  const im = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++)
      for (let k = 0; k < dim; k++) {
        const a = i * dim + k;
        const b = k * dim + j;
        re[i * dim + j] += A.re[a] * B.re[b] - A.im[a] * B.im[b];
        im[i * dim + j] += A.re[a] * B.im[b] + A.im[a] * B.re[b];
      }
  return { dim, re, im };
}

/** A†. */
export function adjoint(A: ComplexMatrix): ComplexMatrix {
  const { dim } = A;
  const re = new Float64Array(dim * dim);
  const im = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++)
    for (let j = 0; j < dim; j++) {
      re[j * dim + i] = A.re[i * dim + j];
      im[j * dim + i] = -A.im[i * dim + j];
    }
  return { dim, re, im };
}

/** The block-diagonal matrix diag(corner·I, A), [corner + dim, …]: `cornerValue` is 1 for a controlled gate, 0 for its derivative. */
export function blockDiagonal(cornerSize: number, cornerValue: number, A: ComplexMatrix): ComplexMatrix {
  const dim = cornerSize + A.dim;
  const re = new Float64Array(dim * dim);
  const im = new Float64Array(dim * dim);
  for (let i = 0; i < cornerSize; i++) re[i * dim + i] = cornerValue;
  for (let i = 0; i < A.dim; i++)
    for (let j = 0; j < A.dim; j++) {
      re[(cornerSize + i) * dim + cornerSize + j] = A.re[i * A.dim + j];
      im[(cornerSize + i) * dim + cornerSize + j] = A.im[i * A.dim + j];
    }
  return { dim, re, im };
}

/** Largest |(U†U − I)_ij|; 0 for a unitary, NaN if an entry is. */
export function distanceFromUnitary(U: ComplexMatrix): number {
  const product = multiply(adjoint(U), U);
  let largest = 0;
  for (let i = 0; i < product.re.length; i++) {
    const wanted = i % (product.dim + 1) === 0 ? 1 : 0;
    const distance = Math.hypot(product.re[i] - wanted, product.im[i]);
    if (Number.isNaN(distance)) return distance;
    largest = Math.max(largest, distance);
  }
  return largest;
}
