/** Distribution functions, accurate to about 1e-12 of the tail; enough for tests and intervals, not for simulation. */

/** Enough halvings to reach neighbouring float64 numbers from any bracket used here. */
const HALVINGS = 200;
const TINY = 1e-300;
/** Lanczos, g = 7, n = 9 (Godfrey 2001): relative error below 1e-15 for x > 0. */
const LANCZOS = [
  0.99999999999980993, 676.5203681218851, -1259.1392167224028, 771.32342877765313, -176.61502916214059, 12.507343278686905,
  -0.13857109526572012, 9.9843695780195716e-6, 1.5056327351493116e-7,
];

/** ln Γ(x), x > 0. */
export function logGamma(x: number): number {
  const shifted = x - 1;
  const t = shifted + 7.5;
  const series = LANCZOS.reduce((sum, c, i) => (i === 0 ? c : sum + c / (shifted + i)), 0);
  return 0.5 * Math.log(2 * Math.PI) + (shifted + 0.5) * Math.log(t) - t + Math.log(series);
}

/** Complementary error function, also far in the tail. */
export function erfc(x: number): number {
  if (x < 0) return 2 - erfc(-x);
  if (x > 27) return 0;
  if (x >= 2) return (Math.exp(-x * x) / (Math.sqrt(Math.PI) * x)) * continuedFraction((k) => [k / (2 * x * x), 1]);
  let term = x;
  let sum = x;
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1);
    sum += term;
  }
  return 1 - (2 / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum;
}

/** P(Z ≤ z) of the standard normal distribution. */
export function normalCdf(z: number): number {
  return erfc(-z / Math.SQRT2) / 2;
}

/** The z with P(Z ≤ z) = p; ∓∞ at 0 and 1. */
export function normalQuantile(p: number): number {
  if (p > 0.5) return -normalQuantile(1 - p);
  return p === 0 ? Number.NEGATIVE_INFINITY : invert(normalCdf, p, -40, 0);
}

/** Regularised incomplete beta function I_x(a, b), 0 ≤ x ≤ 1: the distribution function of Beta(a, b). */
export function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  if (x > (a + 1) / (a + b + 2)) return 1 - betaCdf(1 - x, b, a);
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x)) / a;
  const coefficient = (k: number): readonly [number, number] => {
    const m = Math.floor(k / 2);
    return k % 2 === 0
      ? [(m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m)), 1]
      : [(-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1)), 1];
  };
  return front * continuedFraction(coefficient);
}

/** The x with I_x(a, b) = p. */
export function betaQuantile(p: number, a: number, b: number): number {
  return invert((x) => betaCdf(x, a, b), p, 0, 1);
}

/** P(|T| ≥ |t|) of Student's t with `df` degrees of freedom (not necessarily whole). */
export function studentTwoSided(t: number, df: number): number {
  return betaCdf(df / (df + t * t), df / 2, 0.5);
}

/** The t > 0 with P(|T| ≤ t) = confidence. */
export function studentCritical(confidence: number, df: number): number {
  const x = betaQuantile(1 - confidence, df / 2, 0.5);
  return Math.sqrt(df / x - df);
}

/** P(X ≤ k) and P(X = k) of a binomial distribution of n fair coins. */
export function fairCoins(k: number, n: number): { readonly atMost: number; readonly exactly: number } {
  const exactly = Math.exp(logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1) - n * Math.LN2);
  return { atMost: k >= n ? 1 : betaCdf(0.5, n - k, k + 1), exactly };
}

/** 1 / (1 + a₁/(b₁ + a₂/(b₂ + …))) by Lentz's method. @see Press et al. 2007, §5.2. */
function continuedFraction(coefficient: (k: number) => readonly [a: number, b: number]): number {
  let f = 1;
  let c = 1;
  let d = 0;
  for (let k = 1; k < 10_000; k++) {
    const [a, b] = coefficient(k);
    d = 1 / (b + a * d || TINY);
    c = b + a / c || TINY;
    f *= c * d;
    if (Math.abs(c * d - 1) < 1e-16) break;
  }
  return 1 / f;
}

/** The argument at which a rising function takes a value, by halving. */
function invert(cdf: (x: number) => number, p: number, low: number, high: number): number {
  let [a, b] = [low, high];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = a + (b - a) / 2;
    if (middle === a || middle === b) break;
    if (cdf(middle) < p) a = middle;
    else b = middle;
  }
  return a + (b - a) / 2;
}
