import type { AxisPlan } from "./axis-plan.ts";
import { fixedPointWeights } from "./pillow-plan.ts";

const half = 1 << 21;

// As a C int: the sum keeps to 32 bits, the shift keeps the sign.
const toByte = (sum: number): number => Math.min(255, Math.max(0, sum >> 22));

/** Pillow's 8-bit pass along the width, [height, inSize, channels] → [height, outSize, channels]: the oracle of the wasm pass. */
export function resampleBytesWidth(from: Uint8Array, height: number, channels: number, plan: AxisPlan): Uint8Array {
  const { inSize, outSize, maxTaps, starts, counts } = plan;
  const weights = fixedPointWeights(plan);
  const to = new Uint8Array(height * outSize * channels);
  let target = 0;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < outSize; x++) {
      for (let c = 0; c < channels; c++) {
        let source = (y * inSize + starts[x]) * channels + c;
        let sum = half;
        for (let t = 0; t < counts[x]; t++, source += channels) sum = (sum + weights[x * maxTaps + t] * from[source]) | 0;
        to[target++] = toByte(sum);
      }
    }
  }
  return to;
}

/** Pillow's 8-bit pass along the height, [inSize, rowLength] → [outSize, rowLength]: the oracle of the wasm pass. */
export function resampleBytesHeight(from: Uint8Array, rowLength: number, plan: AxisPlan): Uint8Array {
  const { outSize, maxTaps, starts, counts } = plan;
  const weights = fixedPointWeights(plan);
  const to = new Uint8Array(outSize * rowLength);
  const sums = new Int32Array(rowLength);
  for (let y = 0; y < outSize; y++) {
    sums.fill(half);
    for (let t = 0; t < counts[y]; t++) {
      const weight = weights[y * maxTaps + t];
      const source = (starts[y] + t) * rowLength;
      for (let i = 0; i < rowLength; i++) sums[i] += weight * from[source + i];
    }
    for (let i = 0; i < rowLength; i++) to[y * rowLength + i] = toByte(sums[i]);
  }
  return to;
}
