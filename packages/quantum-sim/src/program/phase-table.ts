import { type AngleGradients, type AngleValues, createAngleTable, dependsOnInput, isTrainable } from "./angle-values.ts";
import type { Segment } from "./free-plan.ts";
import { VECTOR_BYTES } from "./kernel-memory.ts";
import { type LaneLayout, realIndex, setComplex, setFactor } from "./lane-layout.ts";
import type { ParitySum, TurnRunner } from "./turn-runner.ts";

/** The phases of a segment as the factors that kernels/_diagonals.ts reads: of each bit, of pairs of bits, and of larger masks. */
export interface PhaseTable {
  readonly start: number;
  readonly linear: number;
  readonly quadratic: number;
  readonly parities: number;
  readonly partnersAt: number;
  /** Masks of more than two bits. */
  readonly larger: readonly number[];
  prepareShared(at: AngleValues): void;
  prepare(lane: number, at: AngleValues): void;
  /** What all amplitudes are multiplied by; call once after `prepare`. */
  setScale(scale: number): void;
  /** A phase of the whole state that the factors leave out. */
  droppedPhase(): number;
  /** Slopes of one lane, or of all lanes together. */
  addSlopes(lane: number | undefined, at: AngleValues, sums: ParitySum, factor: number, gradients: AngleGradients): void;
}

export interface PhaseNeighbours {
  /** Turns whose e^{iα} come first. */
  readonly previous: TurnRunner | undefined;
  /** Turns whose e^{iγ} come last. */
  readonly next: TurnRunner | undefined;
  readonly isSampled: boolean;
}

const highestBit = (mask: number): number => 31 - Math.clz32(mask);

function countBits(bits: number): number {
  let count = 0;
  for (let left = bits; left; left &= left - 1) count++;
  return count;
}

export function createPhaseTable(layout: LaneLayout, { entries }: Segment, options: PhaseNeighbours): PhaseTable {
  const { memory, bits, byLane, lanes, numQubits: n } = layout;
  const { realBytes } = memory;
  const vectorReals = VECTOR_BYTES / realBytes;
  const factorReals = 2 * vectorReals;
  const { previous, next, isSampled } = options;
  const numPairs = (bits * (bits - 1)) / 2;
  const larger = [...new Set(entries.map(({ mask }) => mask))].filter((mask) => countBits(mask) > 2);
  const angles = createAngleTable(entries.map(({ angle }) => angle));
  const numEntries = entries.length;
  const masks = Int32Array.from(entries, ({ mask }) => mask);
  const coefficients = Float64Array.from(entries, ({ coefficient }) => coefficient);
  const counts = masks.map(countBits);
  const byInput = Uint8Array.from(entries, ({ angle }) => (dependsOnInput(angle) ? 1 : 0));
  const trainable = Uint8Array.from(entries, ({ angle }) => (isTrainable(angle) ? 1 : 0));
  const largerIndex = masks.map((mask) => larger.indexOf(mask));

  /** [bit]: the lower bits, of the vector index, that it has pair factors with; those that samples have their own of. */
  const partners = new Int32Array(bits);
  const ownPartners = new Int32Array(bits);
  for (let k = 0; k < numEntries; k++) {
    const vectorMask = byLane ? masks[k] >>> 1 : masks[k];
    if (counts[k] !== 2 || countBits(vectorMask) < 2) continue; // else the other bit lies in the lanes
    const high = highestBit(vectorMask);
    partners[high] |= vectorMask ^ (1 << high);
    if (byInput[k]) ownPartners[high] |= vectorMask ^ (1 << high);
  }
  const start = memory.allocate(VECTOR_BYTES + 2 * VECTOR_BYTES * (bits + numPairs + larger.length) + 4 * bits);
  const linear = start + VECTOR_BYTES;
  const quadratic = linear + 2 * VECTOR_BYTES * bits;
  const parities = quadratic + 2 * VECTOR_BYTES * numPairs;
  const partnersAt = parities + 2 * VECTOR_BYTES * larger.length;
  memory.ints().set(partners, partnersAt / 4);

  /** [bit][bit]: angles of x_b on the diagonal, of x_b·x_r below it; those of weights and constants, and all. */
  const base = new Float64Array(n * n);
  const total = isSampled ? new Float64Array(n * n) : base;
  const largerBase = new Float64Array(larger.length);
  const largerTotal = isSampled ? new Float64Array(larger.length) : largerBase;
  const startValue = Float64Array.of(1, 0);
  let droppedBase = 0;
  let dropped = 0;

  /** Adds entry k; (−1)^x = 1 − 2x, and for two bits 1 − 2x − 2y + 4xy. Returns what is left out. */
  const addEntry = (k: number, at: AngleValues, into: Float64Array, intoLarger: Float64Array): number => {
    const phase = coefficients[k] * angles.value(k, at);
    if (counts[k] > 2) {
      intoLarger[largerIndex[k]] += phase;
      return 0;
    }
    const high = highestBit(masks[k]);
    into[high * n + high] -= 2 * phase;
    if (counts[k] === 1) return phase;
    const low = highestBit(masks[k] ^ (1 << high));
    into[low * n + low] -= 2 * phase;
    into[high * n + low] += 4 * phase;
    return phase;
  };

  const setLanes = (
    reals: Float32Array | Float64Array,
    at: number,
    lane: number,
    isOwn: boolean,
    re: number,
    im: number,
  ): void => {
    setFactor(layout, reals, at, lane, re, im);
    if (!isOwn && lanes === 2) setFactor(layout, reals, at, 1 - lane, re, im);
  };
  const writePairs = (of: Float64Array, which: Int32Array, lane: number, isOwn: boolean): void => {
    const reals = memory.reals();
    const shift = byLane ? 1 : 0;
    for (let b = 0; b < bits; b++)
      for (let left = which[b]; left; left &= left - 1) {
        const r = highestBit(left & -left);
        const angle = of[(b + shift) * n + r + shift];
        const at = realIndex(layout, quadratic) + ((b * (b - 1)) / 2 + r) * factorReals;
        setLanes(reals, at, lane, isOwn, Math.cos(angle), Math.sin(angle));
      }
  };
  const writeLinear = (lane: number): void => {
    const reals = memory.reals();
    for (let bit = 0; bit < n; bit++) {
      const own = total[bit * n + bit];
      let re = own === 0 ? 1 : Math.cos(own);
      let im = own === 0 ? 0 : Math.sin(own);
      for (let side = 0; side < 2; side++) {
        const turns = side === 0 ? previous : next;
        const row = turns ? turns.rowOfBit[bit] : -1;
        if (!turns || row < 0) continue;
        const phases = side === 0 ? turns.steps.after : turns.steps.before;
        const p = 2 * ((turns.isSampled ? lane : 0) * turns.numRows + row);
        const turnedRe = re * phases[p] - im * phases[p + 1];
        im = re * phases[p + 1] + im * phases[p];
        re = turnedRe;
      }
      if (byLane && bit === 0) {
        startValue[0] = re;
        startValue[1] = im;
        continue;
      }
      const at = realIndex(layout, linear) + (byLane ? bit - 1 : bit) * factorReals;
      setLanes(reals, at, lane, isSampled, re, im);
      if (!byLane) continue;
      // Where bit 0 is 1 its pair with this bit counts too.
      const pair = total[bit * n];
      const pairRe = Math.cos(pair);
      const pairIm = Math.sin(pair);
      reals[at + 2] = reals[at + 3] = re * pairRe - im * pairIm;
      reals[at + 7] = re * pairIm + im * pairRe;
      reals[at + 6] = -reals[at + 7];
    }
  };
  const writeLarger = (lane: number): void => {
    const reals = memory.reals();
    larger.forEach((mask, i) => {
      const at = realIndex(layout, parities) + i * factorReals;
      const re = Math.cos(largerTotal[i]);
      const im = Math.sin(largerTotal[i]);
      setLanes(reals, at, lane, isSampled, re, im);
      if (byLane && mask & 1) {
        reals[at + 6] = im;
        reals[at + 7] = -im;
      }
    });
  };

  return {
    ...{ start, linear, quadratic, parities, partnersAt, larger },
    prepareShared(at) {
      base.fill(0);
      largerBase.fill(0);
      droppedBase = 0;
      for (let k = 0; k < numEntries; k++) if (!isSampled || !byInput[k]) droppedBase += addEntry(k, at, base, largerBase);
      dropped = droppedBase;
      writePairs(base, partners, 0, false);
    },
    prepare(lane, at) {
      if (isSampled) {
        total.set(base);
        largerTotal.set(largerBase);
        dropped = droppedBase;
        for (let k = 0; k < numEntries; k++) if (byInput[k]) dropped += addEntry(k, at, total, largerTotal);
        writePairs(total, ownPartners, lane, true);
      }
      writeLinear(lane);
      writeLarger(lane);
    },
    setScale(scale) {
      const reals = memory.reals();
      const first = realIndex(layout, start);
      if (!byLane) {
        for (let lane = 0; lane < lanes; lane++) setComplex(layout, reals, first, lane, scale, 0);
        return;
      }
      reals[first] = scale;
      reals[first + 1] = 0;
      reals[first + 2] = scale * startValue[0];
      reals[first + 3] = scale * startValue[1];
    },
    droppedPhase: () => dropped,
    addSlopes(lane, at, sums, factor, gradients) {
      for (let k = 0; k < numEntries; k++) {
        if (!trainable[k]) continue;
        // ∂/∂θ of e^{iaθχ}: 2·Re⟨λ|iaχ|ψ⟩ = −2a·Σ χ·Im(λ̄ψ).
        const sum = lane === undefined ? sums(masks[k], 0) + sums(masks[k], 1) : sums(masks[k], lane);
        angles.addSlope(k, -2 * coefficients[k] * factor * sum, at, gradients);
      }
    },
  };
}
