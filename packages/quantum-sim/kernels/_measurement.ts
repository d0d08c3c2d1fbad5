// ⟨Z⟩ or ⟨X⟩ on each qubit, and the cotangent state λ = Σ_q g_q P_q ψ.
import { permutationAfter, Plan } from "./_plan";
import { add, mul, read, samplesPerVector, splat, sub, swap, write, zero } from "./_vector";

/** Writes `factor`·(re + im lanes) of each sample as output q. */
function storeOutputs<T>(plan: Plan, circuit: i32, firstSample: i32, q: i32, sum: v128, factor: T): void {
  const values = mul<T>(add<T>(sum, swap<T>(sum)), splat<T>(factor));
  const stride = <usize>(plan.circuits * plan.qubits) * sizeof<T>();
  const to = plan.outputs + <usize>((firstSample * plan.circuits + circuit) * plan.qubits + q) * sizeof<T>();
  if (sizeof<T>() == 8) {
    store<f64>(to, f64x2.extract_lane(values, 0));
    return;
  }
  store<f32>(to, f32x4.extract_lane(values, 0));
  if (firstSample + 1 < plan.batch) store<f32>(to + stride, f32x4.extract_lane(values, 2));
}

/**
 * ⟨Z_q⟩ = Σ ±|ψ(x)|², folded at the highest bit, then at the next. Phases and signs of the last entangler do not matter.
 *
 * @param ket - ψ before the last entangler, without the factor √`norm`.
 * @param scratch - One state.
 */
export function measureZ<T>(plan: Plan, circuit: i32, firstSample: i32, ket: usize, norm: T, scratch: usize): void {
  const n = plan.qubits;
  const permutation = permutationAfter(plan, plan.layers - 1);
  for (let x: usize = 0; x < <usize>1 << n; x++) {
    const z = read(ket + (x << 4));
    write(scratch + <usize>load<u32>(permutation + (x << 2)), mul<T>(z, z));
  }
  let half = <usize>16 << n;
  for (let q = 0; q < n; q++) {
    half >>= 1;
    let sum = zero();
    for (let x = scratch; x < scratch + half; x += 16) {
      const a = read(x), b = read(x + half);
      sum = add<T>(sum, sub<T>(a, b));
      write(x, add<T>(a, b));
    }
    storeOutputs<T>(plan, circuit, firstSample, q, sum, norm);
  }
}

/** ⟨X_q⟩ = 2·Σ re0·re1 + im0·im1 over pairs that differ in the qubit's bit. */
export function measureX<T>(plan: Plan, circuit: i32, firstSample: i32, ket: usize): void {
  const n = plan.qubits, end = ket + (<usize>16 << n);
  for (let q = 0; q < n; q++) {
    const h = <usize>16 << (n - 1 - q);
    let sum = zero();
    for (let block = ket; block < end; block += h << 1) {
      for (let x = block; x < block + h; x += 16) sum = add<T>(sum, mul<T>(read(x), read(x + h)));
    }
    storeOutputs<T>(plan, circuit, firstSample, q, sum, <T>2);
  }
}

/** The cotangent of each qubit in every lane of its sample, n + 3 vectors of which the last three are zero. */
export function loadCotangent<T>(plan: Plan, circuit: i32, firstSample: i32, vectors: usize): void {
  const n = plan.qubits;
  for (let q = 0; q < n + 3; q++) {
    for (let lane = 0; lane < samplesPerVector<T>(); lane++) {
      const sample = firstSample + lane;
      const isThere = q < n && sample < plan.batch;
      const value: T = isThere ? load<T>(plan.cotangent + <usize>((sample * plan.circuits + circuit) * n + q) * sizeof<T>()) : <T>0;
      store<T>(vectors + (<usize>q << 4) + <usize>(lane * 2) * sizeof<T>(), value);
      store<T>(vectors + (<usize>q << 4) + <usize>(lane * 2) * sizeof<T>(), value, sizeof<T>());
    }
  }
}

/**
 * λ before the last entangler, for ⟨Z⟩: ψ(x)·Σ_q ±g_q with the signs of the bits of π(x). It lacks the same factor as ψ.
 *
 * @param scratch - One state.
 */
export function cotangentZ<T>(plan: Plan, ket: usize, bra: usize, vectors: usize, scratch: usize): void {
  const n = plan.qubits;
  write(scratch, zero());
  let filled: usize = 16;
  for (let q = n - 1; q >= 0; q--) {
    const g = read(vectors + (<usize>q << 4));
    for (let x = scratch; x < scratch + filled; x += 16) {
      const z = read(x);
      write(x + filled, sub<T>(z, g));
      write(x, add<T>(z, g));
    }
    filled <<= 1;
  }
  const permutation = permutationAfter(plan, plan.layers - 1);
  for (let x: usize = 0; x < <usize>1 << n; x++) {
    write(bra + (x << 4), mul<T>(read(ket + (x << 4)), read(scratch + <usize>load<u32>(permutation + (x << 2)))));
  }
}

/** λ = Σ_q g_q X_q ψ, four qubits a pass; qubits beyond the last have g = 0 and flip nothing. */
export function cotangentX<T>(plan: Plan, ket: usize, bra: usize, vectors: usize): void {
  const n = plan.qubits, bytes = <usize>16 << n;
  for (let q = 0; q < n; q += 4) {
    const g = vectors + (<usize>q << 4);
    const g0 = read(g), g1 = read(g + 16), g2 = read(g + 32), g3 = read(g + 48);
    const h0 = <usize>16 << (n - 1 - q), h1 = q + 1 < n ? h0 >> 1 : 0, h2 = q + 2 < n ? h0 >> 2 : 0, h3 = q + 3 < n ? h0 >> 3 : 0;
    for (let x: usize = 0; x < bytes; x += 16) {
      const sum = add<T>(
        add<T>(mul<T>(g0, read(ket + (x ^ h0))), mul<T>(g1, read(ket + (x ^ h1)))),
        add<T>(mul<T>(g2, read(ket + (x ^ h2))), mul<T>(g3, read(ket + (x ^ h3)))),
      );
      write(bra + x, q == 0 ? sum : add<T>(read(bra + x), sum));
    }
  }
}
