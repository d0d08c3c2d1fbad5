import type { Statevector } from "../statevector.ts";

/** min over phases of ‖a − e^{iφ}b‖. */
export function phaseDistance(a: Statevector, b: Statevector): number {
  let re = 0;
  let im = 0;
  a.re.forEach((x, i) => {
    re += b.re[i] * x + b.im[i] * a.im[i];
    im += b.re[i] * a.im[i] - b.im[i] * x;
  });
  const norm = Math.hypot(re, im) || 1;
  const [c, s] = [re / norm, im / norm];
  return Math.sqrt(
    a.re.reduce((sum, x, i) => sum + (x - c * b.re[i] + s * b.im[i]) ** 2 + (a.im[i] - c * b.im[i] - s * b.re[i]) ** 2, 0),
  );
}
