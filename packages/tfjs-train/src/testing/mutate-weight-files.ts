import { getHeapStatistics } from "node:v8";
import { createRng, type Rng, UsageError } from "repro-kit";
import { type SampleFile, sampleFiles } from "./sample-files.ts";

export interface MutationStormOptions {
  readonly rounds: number;
  readonly seed: number;
}

export interface MutationStormResult {
  readonly numRefused: number;
  /** Longest CPU time that one file took, in milliseconds. */
  readonly slowestMs: number;
  /** Largest growth of the heap and of array buffers while one file was read, beyond the file's size. */
  readonly mostBytes: number;
}

const MAX_MS = 1000;
const MAX_MORE_BYTES = 2 ** 20;
/** A slow or greedy round is read again this often before it counts: the machine and the collector do other things too. */
const REPEATS = 3;

/**
 * Reads that many randomly damaged weight files of every format, and everything in them.
 *
 * @throws whatever a reader throws that is not one sentence to the user; and if a file takes more than a second, or more memory
 * than its size and 1 MB.
 */
export async function mutateWeightFiles({ rounds, seed }: MutationStormOptions): Promise<MutationStormResult> {
  const rng = createRng(seed).fork("weight mutations");
  const samples = sampleFiles();
  let numRefused = 0;
  let slowestMs = 0;
  let mostBytes = 0;
  for (let round = 0; round < rounds; round++) {
    const sample = samples[round % samples.length];
    const other = samples[rng.integer(samples.length)];
    const damaged = mutate(sample.bytes, other.bytes, rng);
    const bytes = sample.wrap?.(damaged) ?? damaged;
    const where = `round ${round} of seed ${seed} (${sample.format})`;
    let cost = await readOnce(sample, bytes, where);
    if (cost.isRefused) numRefused++;
    for (let again = 0; again < REPEATS && (cost.ms > MAX_MS / 2 || cost.bytes > MAX_MORE_BYTES / 2); again++) {
      const repeated = await readOnce(sample, bytes, where);
      cost = { ...cost, ms: Math.min(cost.ms, repeated.ms), bytes: Math.min(cost.bytes, repeated.bytes) };
    }
    if (cost.ms > MAX_MS) throw new Error(`bug: ${where} takes ${cost.ms.toFixed(0)} ms.`);
    if (cost.bytes > MAX_MORE_BYTES) throw new Error(`bug: ${where} takes ${cost.bytes} bytes more than the file has.`);
    slowestMs = Math.max(slowestMs, cost.ms);
    mostBytes = Math.max(mostBytes, cost.bytes);
  }
  return { numRefused, slowestMs, mostBytes };
}

async function readOnce({ read }: SampleFile, bytes: Uint8Array, where: string) {
  const before = memoryInUse();
  const start = process.cpuUsage();
  let isRefused = false;
  try {
    for (const { data, shape } of await read(bytes)) {
      const count = shape.reduce((product, size) => product * size, 1);
      if (data.length !== count) throw new Error(`bug: ${where} gives a wrong shape.`);
    }
  } catch (error) {
    if (!UsageError.isInstance(error) || !/^\[[^\]]+\] .+\.$/s.test(error.message))
      throw new Error(`bug: ${where} fails with: ${(error as Error).stack}`, { cause: error });
    isRefused = true;
  }
  const { user, system } = process.cpuUsage(start); // the machine does other things too
  return { isRefused, ms: (user + system) / 1000, bytes: memoryInUse() - before - bytes.length };
}

function memoryInUse(): number {
  const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
  return heap + external;
}

const EXTREMES = [0, 1, 0x7f, 0x80, 0xfe, 0xff];

/** Flips, overwrites, removes, repeats, cuts or borrows bytes; whole lengths are set to extremes too. */
function mutate(base: Uint8Array, other: Uint8Array, rng: Rng): Uint8Array {
  let bytes: Uint8Array = base.slice();
  const numKinds = rng.integer(2) === 0 ? 10 : 6; // half of the files keep their length, so that the damage gets farther in
  for (let k = 1 + rng.integer(4); k > 0 && bytes.length > 0; k--) {
    const at = rng.integer(bytes.length);
    const kind = rng.integer(numKinds);
    if (kind <= 2) bytes[at] ^= 1 << rng.integer(8);
    else if (kind <= 4) bytes[at] = rng.integer(2) === 0 ? EXTREMES[rng.integer(EXTREMES.length)] : rng.integer(256);
    else if (kind === 5) bytes.fill(EXTREMES[rng.integer(EXTREMES.length)], at, at + [2, 4, 8][rng.integer(3)]);
    else if (kind === 6) bytes = bytes.slice(0, at);
    else if (kind === 7) bytes = join(bytes.subarray(0, at), bytes.subarray(at + 1 + rng.integer(20)));
    else if (kind === 8) bytes = join(bytes.subarray(0, at), bytes.subarray(Math.max(0, at - rng.integer(40))));
    else {
      const from = rng.integer(other.length);
      bytes = join(bytes.subarray(0, at), other.subarray(from, from + rng.integer(40)), bytes.subarray(at));
    }
  }
  return bytes;
}

function join(...parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
