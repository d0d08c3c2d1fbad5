// From the state after one layer's Ry to the state before the next: phases e^{iα}, the entanglers (a permutation with signs), phases
// e^{iγ}, and the scale that the shears left out. All of it is one factor and one move for each amplitude, the same for every sample.
import { movesAfter, permutationAfter, Plan, signsAfter } from "./_plan";
import { mul, read, readPair, readSplat, rotateBack, rotateBy, splat, VECTOR, write } from "./_vector";

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

  const permutation = permutationAfter(plan, layer - 1), signs = signsAfter<T>(plan, layer - 1), pairs = factors + size;
  for (let x: usize = 0; x < <usize>1 << n; x++) {
    const at = x * sizeof<T>();
    const to = (<usize>load<u32>(permutation + (x << 2)) / VECTOR) * sizeof<T>();
    const sign = load<T>(signs + at);
    const ar: T = sign * load<T>(afterRe + at), ai: T = sign * load<T>(afterIm + at), br = load<T>(beforeRe + to), bi = load<T>(beforeIm + to);
    const im: T = ar * bi + ai * br;
    store<T>(factors + at, <T>(ar * br - ai * bi));
    store<T>(pairs + 2 * at, <T>-im);
    store<T>(pairs + 2 * at, im, sizeof<T>());
  }
}

/** source·(the factor of a state, complex): z·(r + i·j), or z·(r − i·j) for the adjoint. */
// @ts-ignore: decorator
@inline function turn<T>(z: v128, factors: usize, pairs: usize, x: usize): v128 {
  return rotateBy<T>(z, readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>()));
}
// @ts-ignore: decorator
@inline function turnBack<T>(z: v128, factors: usize, pairs: usize, x: usize): v128 {
  return rotateBack<T>(z, readSplat<T>(factors + x * sizeof<T>()), readPair<T>(pairs + 2 * x * sizeof<T>()));
}
// @ts-ignore: decorator
@inline function signed<T>(z: v128, signs: usize, x: usize, scale: v128): v128 {
  return mul<T>(z, mul<T>(readSplat<T>(signs + x * sizeof<T>()), scale));
}
// @ts-ignore: decorator
@inline function moved(permutation: usize, x: usize): usize { return <usize>load<u32>(permutation + (x << 2)); }

/**
 * target[π(x)] = factor(x)·source[x] between layers `layer − 1` and `layer`. With `isComplex` the factors come from
 * `buildFactors`, else they are sign·scale. The loops take two amplitudes a turn.
 */
export function applyTransition<T>(plan: Plan, circuit: i32, layer: i32, source: usize, target: usize, factors: usize): void {
  const count = <usize>1 << plan.qubits, permutation = permutationAfter(plan, layer - 1);
  if (plan.isComplex) {
    const pairs = factors + (sizeof<T>() << plan.qubits);
    for (let x: usize = 0; x < count; x += 2) {
      const at = source + (x << 4);
      write(target + moved(permutation, x), turn<T>(read(at), factors, pairs, x));
      write(target + moved(permutation, x + 1), turn<T>(read(at + 16), factors, pairs, x + 1));
    }
    return;
  }
  const scale = readSplat<T>(plan.scales + <usize>(circuit * plan.layers + layer - 1) * sizeof<T>()), signs = signsAfter<T>(plan, layer - 1);
  if (movesAfter(plan, layer - 1)) {
    for (let x: usize = 0; x < count; x += 2) {
      const at = source + (x << 4);
      write(target + moved(permutation, x), signed<T>(read(at), signs, x, scale));
      write(target + moved(permutation, x + 1), signed<T>(read(at + 16), signs, x + 1, scale));
    }
  } else {
    applySigns<T>(source, target, signs, scale, count);
  }
}

/** The adjoint: target[x] = conj(factor(x))·source[π(x)]. `target` is another state than `source`. */
export function applyTransitionBack<T>(plan: Plan, circuit: i32, layer: i32, source: usize, target: usize, factors: usize): void {
  const count = <usize>1 << plan.qubits, permutation = permutationAfter(plan, layer - 1);
  if (plan.isComplex) {
    const pairs = factors + (sizeof<T>() << plan.qubits);
    for (let x: usize = 0; x < count; x += 2) {
      const at = target + (x << 4);
      write(at, turnBack<T>(read(source + moved(permutation, x)), factors, pairs, x));
      write(at + 16, turnBack<T>(read(source + moved(permutation, x + 1)), factors, pairs, x + 1));
    }
    return;
  }
  const scale = readSplat<T>(plan.scales + <usize>(circuit * plan.layers + layer - 1) * sizeof<T>()), signs = signsAfter<T>(plan, layer - 1);
  if (movesAfter(plan, layer - 1)) {
    for (let x: usize = 0; x < count; x += 2) {
      const at = target + (x << 4);
      write(at, signed<T>(read(source + moved(permutation, x)), signs, x, scale));
      write(at + 16, signed<T>(read(source + moved(permutation, x + 1)), signs, x + 1, scale));
    }
  } else {
    applySigns<T>(source, target, signs, scale, count);
  }
}

/** target[x] = scale·sign(x)·source[x]. */
function applySigns<T>(source: usize, target: usize, signs: usize, scale: v128, count: usize): void {
  for (let x: usize = 0; x < count; x += 2) {
    const at = x << 4;
    write(target + at, signed<T>(read(source + at), signs, x, scale));
    write(target + at + 16, signed<T>(read(source + at + 16), signs, x + 1, scale));
  }
}
