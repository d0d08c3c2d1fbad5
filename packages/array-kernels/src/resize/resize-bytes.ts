import { resampleBytesWasm } from "../generated/resample-bytes.ts";
import { instantiateKernels, reserveMemory } from "../instantiate-kernels.ts";
import type { AxisPlan } from "./axis-plan.ts";
import { fixedPointWeights } from "./pillow-plan.ts";
import { resampleBytesHeight, resampleBytesWidth } from "./resize-bytes-plain.ts";

/** What `kernels/resample-bytes.ts` exports. */
interface ResampleBytesExports {
  readonly heapBase: WebAssembly.Global;
  widthOfColours(
    from: number,
    height: number,
    inSize: number,
    channels: number,
    to: number,
    outSize: number,
    starts: number,
    weights: number,
    groups: number,
  ): void;
  widthOfGrey(
    from: number,
    height: number,
    inSize: number,
    to: number,
    outSize: number,
    starts: number,
    weights: number,
    groups: number,
  ): void;
  height(
    from: number,
    rowLength: number,
    inSize: number,
    to: number,
    outSize: number,
    starts: number,
    counts: number,
    weights: number,
    groups: number,
  ): void;
}

type Kernels = ResampleBytesExports & { readonly memory: WebAssembly.Memory };

/** Weights split into 16-bit halves, in groups of taps. */
interface SplitWeights {
  readonly groups: number;
  readonly data: Int16Array;
}

const keptBytes = 64 << 20;
const overhang = 64; // the kernels read and write up to 16 bytes beyond a block
let kept: Kernels | undefined;

/**
 * Pillow's 8-bit resampling over one or both axes, in wasm SIMD; by the plain passes where the kernels do not apply (a width pass over
 * two or more than four channels, weights beyond 16 bits, images beyond 1 GB).
 */
export function resizeBytes(
  image: { readonly data: Uint8Array; readonly height: number; readonly width: number; readonly channels: number },
  passes: readonly { readonly axis: "height" | "width"; readonly plan: AxisPlan }[],
): Uint8Array {
  const { channels } = image;
  let { data, height, width } = image;
  for (const { axis, plan } of passes) {
    data =
      axis === "width"
        ? (widthPass(data, height, channels, plan) ?? resampleBytesWidth(data, height, channels, plan))
        : (heightPass(data, width * channels, plan) ?? resampleBytesHeight(data, width * channels, plan));
    if (axis === "width") width = plan.outSize;
    else height = plan.outSize;
  }
  return data;
}

function widthPass(from: Uint8Array, height: number, channels: number, plan: AxisPlan): Uint8Array | undefined {
  if (channels === 2 || channels > 4) return undefined;
  const split = splitWeights(plan, channels === 1 ? 8 : 4);
  return runPass(
    from,
    height * plan.outSize * channels,
    plan,
    split,
    (kernels, source, target, starts, _counts, weights, groups) => {
      const { inSize, outSize } = plan;
      if (channels === 1) kernels.widthOfGrey(source, height, inSize, target, outSize, starts, weights, groups);
      else kernels.widthOfColours(source, height, inSize, channels, target, outSize, starts, weights, groups);
    },
  );
}

function heightPass(from: Uint8Array, rowLength: number, plan: AxisPlan): Uint8Array | undefined {
  return runPass(from, plan.outSize * rowLength, plan, splitWeights(plan, 4), (kernels, source, target, ...tables) => {
    kernels.height(source, rowLength, plan.inSize, target, plan.outSize, ...tables);
  });
}

type PassTables = [starts: number, counts: number, weights: number, groups: number];

function runPass(
  from: Uint8Array,
  outLength: number,
  plan: AxisPlan,
  split: SplitWeights | undefined,
  run: (kernels: Kernels, source: number, target: number, ...tables: PassTables) => void,
): Uint8Array | undefined {
  if (split === undefined) return undefined;
  const lengths = [from.length, outLength, plan.starts.byteLength, plan.counts.byteLength, split.data.byteLength];
  const bytes = lengths.reduce((sum, length) => sum + length + 2 * overhang, 0);
  if (bytes > 2 ** 30) return undefined;
  const kernels =
    bytes <= keptBytes
      ? (kept ??= instantiateKernels<ResampleBytesExports>(resampleBytesWasm))
      : instantiateKernels<ResampleBytesExports>(resampleBytesWasm);
  let next = Number(kernels.heapBase.value);
  reserveMemory(kernels.memory, next + bytes);
  const [source, target, starts, counts, weights] = lengths.map((length) => {
    const address = Math.ceil(next / 16) * 16;
    next = address + length + overhang;
    return address;
  });
  const { buffer } = kernels.memory;
  new Uint8Array(buffer).set(from, source);
  new Int32Array(buffer, starts, plan.starts.length).set(plan.starts);
  new Int32Array(buffer, counts, plan.counts.length).set(plan.counts);
  new Int16Array(buffer, weights, split.data.length).set(split.data);
  run(kernels, source, target, starts, counts, weights, split.groups);
  return new Uint8Array(buffer, target, outLength).slice();
}

const splits = new WeakMap<AxisPlan, Map<number, SplitWeights | undefined>>();

/** weight = high · 2^11 + low; groups of `tapsInGroup` high parts, then as many low ones. Undefined where 16 bits do not hold it. */
function splitWeights(plan: AxisPlan, tapsInGroup: number): SplitWeights | undefined {
  let known = splits.get(plan);
  if (!known) splits.set(plan, (known = new Map()));
  if (!known.has(tapsInGroup)) known.set(tapsInGroup, computeSplit(plan, tapsInGroup));
  return known.get(tapsInGroup);
}

function computeSplit(plan: AxisPlan, tapsInGroup: number): SplitWeights | undefined {
  const { outSize, maxTaps } = plan;
  const fixed = fixedPointWeights(plan);
  const groups = Math.ceil(maxTaps / tapsInGroup);
  const data = new Int16Array(outSize * groups * tapsInGroup * 2);
  for (let i = 0; i < outSize; i++) {
    for (let t = 0; t < maxTaps; t++) {
      const high = fixed[i * maxTaps + t] >> 11;
      if (high > 32767 || high < -32768) return undefined;
      const group = (i * groups + Math.floor(t / tapsInGroup)) * tapsInGroup * 2;
      data[group + (t % tapsInGroup)] = high;
      data[group + tapsInGroup + (t % tapsInGroup)] = fixed[i * maxTaps + t] & 2047;
    }
  }
  return { groups, data };
}
