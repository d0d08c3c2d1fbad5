// From the state after one layer's Ry to the state before the next: phases e^{iα}, the entanglers (a permutation with signs), phases
// e^{iγ}, and the scale that the shears left out. All of it is one factor and one move for each amplitude, the same for every sample.
import { Plan } from "./_plan";
import { mul, read, readPair, readSplat, rotateBack, rotateBy, splat, VECTOR, write } from "./_vector";

/** Bits of `Plan.moves`. */
const MOVES = 1;
const HAS_SIGNS = 2;

/** Bytes of the complex factors of one transition: T [N] real parts, then T [N][2] of (−imaginary, imaginary). */
// @ts-ignore: decorator
@inline export function factorBytes<T>(qubits: i32): usize { return (3 * sizeof<T>()) << qubits; }

/** re + i·im ← `start`·∏_q (bit q of x ? e^{iφ_q} : 1), T [N] each; `angles` is T [n][2] of cos φ, sin φ. */
function buildPhases<T>(re: usize, im: usize, qubits: i32, angles: usize, start: T): void {
  store<T>(re, start);
  store<T>(im, <T>0);
  let filled: usize = sizeof<T>();
  for (let q = qubits - 1; q >= 0; q--) {
    const c = load<T>(angles + <usize>q * 2 * sizeof<T>()), s = load<T>(angles + <usize>q * 2 * sizeof<T>(), sizeof<T>());
    if (filled >= VECTOR) {
      const cs = splat<T>(c), ss = splat<T>(s);
      for (let x: usize = 0; x < filled; x += VECTOR) {
        const a = read(re + x), b = read(im + x);
        write(re + filled + x, v128.sub<T>(mul<T>(a, cs), mul<T>(b, ss)));
        write(im + filled + x, v128.add<T>(mul<T>(a, ss), mul<T>(b, cs)));
      }
    } else {
      for (let x: usize = 0; x < filled; x += sizeof<T>()) {
        const a = load<T>(re + x), b = load<T>(im + x);
        store<T>(re + filled + x, <T>(a * c - b * s));
        store<T>(im + filled + x, <T>(a * s + b * c));
      }
    }
    filled <<= 1;
  }
}

/**
 * The complex factors between layers `layer − 1` and `layer` (`layer` = L: before the measurement).
 *
 * @param scratch - T [4][N].
 */
export function buildFactors<T>(plan: Plan, circuit: i32, layer: i32, factors: usize, scratch: usize): void {
  const n = plan.qubits, L = plan.layers;
  const size = sizeof<T>() << n;
  const afterRe = scratch, afterIm = afterRe + size, beforeRe = afterIm + size, beforeIm = beforeRe + size;
  const pair = 2 * sizeof<T>() * <usize>n;
  const scale = load<T>(plan.scales + <usize>(circuit * L + layer - 1) * sizeof<T>());
  buildPhases<T>(afterRe, afterIm, n, plan.phasesAfter + <usize>(circuit * L + layer - 1) * pair, scale);
  buildPhases<T>(beforeRe, beforeIm, n, plan.phasesBefore + <usize>(circuit * (L + 1) + layer) * pair, <T>1);

  const entangler = load<i32>(plan.entanglers + (<usize>(layer - 1) << 2));
  const moves = entangler < 0 ? 0 : load<i32>(plan.moves + (<usize>entangler << 2));
  const permutation = plan.permutations + ((<usize>entangler << n) << 2), signs = plan.signs + <usize>entangler * size;
  const pairs = factors + size;
  for (let x: usize = 0; x < <usize>1 << n; x++) {
    const at = x * sizeof<T>();
    const to = moves & MOVES ? (<usize>load<u32>(permutation + (x << 2)) / 16) * sizeof<T>() : at;
    const sign: T = moves & HAS_SIGNS ? load<T>(signs + at) : <T>1;
    const ar: T = sign * load<T>(afterRe + at), ai: T = sign * load<T>(afterIm + at), br = load<T>(beforeRe + to), bi = load<T>(beforeIm + to);
    const im: T = ar * bi + ai * br;
    store<T>(factors + at, <T>(ar * br - ai * bi));
    store<T>(pairs + 2 * at, <T>-im);
    store<T>(pairs + 2 * at, im, sizeof<T>());
  }
}

/**
 * target[π(x)] = factor(x)·source[x] between layers `layer − 1` and `layer`. With `isComplex` the factors come from
 * `buildFactors`, else they are sign·scale.
 */
export function applyTransition<T>(plan: Plan, circuit: i32, layer: i32, source: usize, target: usize, factors: usize): void {
  const n = plan.qubits;
  const entangler = load<i32>(plan.entanglers + (<usize>(layer - 1) << 2));
  const moves = entangler < 0 ? 0 : load<i32>(plan.moves + (<usize>entangler << 2));
  const permutation = plan.permutations + ((<usize>entangler << n) << 2);
  const count = <usize>1 << n;
  if (plan.isComplex) {
    const pairs = factors + (sizeof<T>() << n);
    for (let x: usize = 0; x < count; x++) {
      const to = moves & MOVES ? <usize>load<u32>(permutation + (x << 2)) : x << 4;
      write(target + to, rotateBy<T>(read(source + (x << 4)), readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>())));
    }
    return;
  }
  const scale = readSplat<T>(plan.scales + <usize>(circuit * plan.layers + layer - 1) * sizeof<T>());
  const signs = plan.signs + ((<usize>entangler << n)) * sizeof<T>();
  for (let x: usize = 0; x < count; x++) {
    const to = moves & MOVES ? <usize>load<u32>(permutation + (x << 2)) : x << 4;
    const sign = moves & HAS_SIGNS ? mul<T>(readSplat<T>(signs + x * sizeof<T>()), scale) : scale;
    write(target + to, mul<T>(read(source + (x << 4)), sign));
  }
}

/** The adjoint: target[x] = conj(factor(x))·source[π(x)]. `target` is another state than `source`. */
export function applyTransitionBack<T>(plan: Plan, circuit: i32, layer: i32, source: usize, target: usize, factors: usize): void {
  const n = plan.qubits;
  const entangler = load<i32>(plan.entanglers + (<usize>(layer - 1) << 2));
  const moves = entangler < 0 ? 0 : load<i32>(plan.moves + (<usize>entangler << 2));
  const permutation = plan.permutations + ((<usize>entangler << n) << 2);
  const count = <usize>1 << n;
  if (plan.isComplex) {
    const pairs = factors + (sizeof<T>() << n);
    for (let x: usize = 0; x < count; x++) {
      const from = moves & MOVES ? <usize>load<u32>(permutation + (x << 2)) : x << 4;
      write(target + (x << 4), rotateBack<T>(read(source + from), readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>())));
    }
    return;
  }
  const scale = readSplat<T>(plan.scales + <usize>(circuit * plan.layers + layer - 1) * sizeof<T>());
  const signs = plan.signs + ((<usize>entangler << n)) * sizeof<T>();
  for (let x: usize = 0; x < count; x++) {
    const from = moves & MOVES ? <usize>load<u32>(permutation + (x << 2)) : x << 4;
    const sign = moves & HAS_SIGNS ? mul<T>(readSplat<T>(signs + x * sizeof<T>()), scale) : scale;
    write(target + (x << 4), mul<T>(read(source + from), sign));
  }
}
