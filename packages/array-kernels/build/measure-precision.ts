// Prints the figures of precision.md: npx tsx --tsconfig tsconfig.json packages/array-kernels/build/measure-precision.ts
import { cholesky, multiplyMatrices, singularValues, symmetricEigen } from "array-kernels";
import { createRng, type Rng } from "repro-kit";

type Entry = (rng: Rng, i: number, j: number, n: number) => number;

const families: Readonly<Record<string, Entry>> = {
  random: (rng) => rng.normal(),
  "integers −1, 0, 1": (rng) => rng.integer(3) - 1,
  "graded downwards": (rng, i, j) => rng.normal() * 10 ** (-0.7 * (i + j)),
  "graded upwards": (rng, i, j, n) => rng.normal() * 10 ** (-0.7 * (2 * n - i - j)),
  "sparse, 40 orders of magnitude": (rng) => (rng.uniform() < 0.1 ? rng.normal() * 10 ** (40 * rng.uniform() - 20) : 0),
  "glued Wilkinson": (_, i, j, n) => (i === j ? Math.abs(i - (n - 1) / 2) : i - j === 1 ? (i % 7 === 0 ? 1e-9 : 1) : 0),
  Hilbert: (_, i, j) => 1 / (i + j + 1),
};

const largest = (values: Float64Array): number => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0);

/** Residual, orthogonality and singular values against |λ|, in units of ε and relative to the norm. */
function measure(matrix: Float64Array, n: number): number[] {
  const { values, vectors } = symmetricEigen(matrix, n);
  if (!vectors) throw new Error("bug: vectors are the default.");
  const norm = Math.max(largest(values), Number.MIN_VALUE);
  const residual = multiplyMatrices(matrix, vectors, { m: n, k: n, n }).map((value, i) => value - vectors[i] * values[i % n]);
  const gram = multiplyMatrices(vectors, vectors, { m: n, k: n, n, transposeA: true });
  const magnitudes = values.map(Math.abs).sort().reverse();
  const singular = singularValues(matrix, n, n).map((value, i) => value - magnitudes[i]);
  const excess = gram.map((value, i) => value - (i % (n + 1) === 0 ? 1 : 0));
  return [largest(residual) / norm, largest(excess), largest(singular) / norm].map((value) => value / Number.EPSILON);
}

function draw(entry: Entry, rng: Rng, n: number): Float64Array {
  const matrix = new Float64Array(n * n);
  for (let i = 0; i < n; i++) for (let j = 0; j <= i; j++) matrix[i * n + j] = matrix[j * n + i] = entry(rng, i, j, n);
  return matrix;
}

const rng = createRng(20);
console.log("| family | n | ‖AV − VΛ‖ / ‖A‖ | ‖VᵀV − 1‖ | |σ − |λ|| / ‖A‖ |\n|---|---|---|---|---|");
const row = (name: string, sizes: string, figures: number[]): void =>
  console.log(`| ${name} | ${sizes} | ${figures.map((value) => `${value.toFixed(0)} ε`).join(" | ")} |`);
for (const [name, entry] of Object.entries(families)) {
  let worst = [0, 0, 0];
  for (let trial = 0; trial < 200; trial++) {
    const n = 1 + rng.integer(60);
    const figures = measure(draw(entry, rng, n), n);
    worst = worst.map((value, i) => Math.max(value, figures[i]));
  }
  row(name, "200 matrices of 1 to 60", worst);
}
for (const n of [257, 768]) row("random", String(n), measure(draw(families.random, rng, n), n));

const n = 768;
const root = Float64Array.from({ length: n * n }, () => rng.normal());
const matrix = multiplyMatrices(root, root, { m: n, k: n, n, transposeB: true });
const factor = cholesky(matrix, n);
const again = multiplyMatrices(factor, factor, { m: n, k: n, n, transposeB: true });
const gap = largest(again.map((value, i) => value - matrix[i])) / largest(matrix) / Number.EPSILON;
console.log(`\nCholesky, n = ${n}: ‖A − LLᵀ‖ / ‖A‖ = ${gap.toFixed(1)} ε`);
