import { checkOptions, expect, type Rng, type RngState, restoreRng } from "repro-kit";
import { crc32 } from "../png/checksums.ts";

/** Where a sampler stands, as plain JSON. */
export interface SamplerState {
  readonly rng: RngState;
  readonly epoch: number;
  /** Images of this epoch that were handed out. */
  readonly position: number;
  readonly numIndices: number;
  /** CRC-32 of the indices, so that a state is not continued with others. */
  readonly checksum: number;
}

export type CreateSamplerOptions = {
  /** The images to draw from: a part of a split, or all. */
  readonly indices: readonly number[];
  readonly batchSize: number;
  /** Mirror half of the images, drawn anew each epoch. Default false. */
  readonly mirror?: boolean;
} & ({ readonly rng: Rng; readonly state?: undefined } | { readonly state: SamplerState; readonly rng?: undefined });

export interface SampledBatch {
  readonly indices: number[];
  /** Which of them to mirror left to right; all false without `mirror`. */
  readonly mirrored: boolean[];
}

export interface Sampler {
  /** Indices of the next batch. With `mirror`, call `nextBatch`, which says which images to mirror. */
  next(): number[];
  nextBatch(): SampledBatch;
  /** Number of epochs begun before the next image, from 0. */
  readonly epoch: number;
  /** A sentence for the log where a batch repeats images, because it is larger than the set; else undefined. */
  readonly note: string | undefined;
  state(): SamplerState;
}

const SCOPE = "createSampler";

/**
 * Endless shuffled epochs: every image comes once before any comes again; a batch may end one epoch and begin the next.
 * The order of an epoch depends on the random stream and the epoch's number only, never on the batch size.
 *
 * @throws UsageError if there is no index, the batch size is not an integer ≥ 1, or the state belongs to other indices.
 */
export function createSampler(options: CreateSamplerOptions): Sampler {
  checkOptions(SCOPE, options, ["indices", "batchSize", "mirror", "rng", "state"]);
  const { batchSize, mirror = false, state } = options;
  const indices = [...options.indices];
  const isCount = Number.isInteger(batchSize) && batchSize >= 1;
  expect(indices.length > 0, SCOPE, "there is no image to draw from. Give at least one index.");
  expect(isCount, SCOPE, `batchSize must be an integer ≥ 1; got ${batchSize}.`);
  const checksum = crc32(new Uint8Array(Float64Array.from(indices).buffer));
  if (state) checkState(state, { numIndices: indices.length, checksum });
  const rng = state ? restoreRng(state.rng) : options.rng;
  expect(rng !== undefined, SCOPE, "give rng to begin with, or state to continue.");

  let epoch = state?.epoch ?? 0;
  let position = state?.position ?? 0;
  let order: readonly number[] = [];
  let flips: readonly boolean[] = [];
  const beginEpoch = (): void => {
    order = rng.fork("epoch", epoch).shuffle(indices);
    const coin = rng.fork("mirror", epoch);
    flips = order.map(() => mirror && coin.uniform() < 0.5);
  };
  beginEpoch();
  const advance = (): void => {
    if (position < indices.length) return;
    position = 0;
    epoch++;
    beginEpoch();
  };
  const nextBatch = (): SampledBatch => {
    const batch: SampledBatch = { indices: [], mirrored: [] };
    while (batch.indices.length < batchSize) {
      batch.indices.push(order[position]);
      batch.mirrored.push(flips[position]);
      position++;
      advance();
    }
    return batch;
  };
  const isShort = indices.length < batchSize;
  return {
    next: () => nextBatch().indices,
    nextBatch,
    get epoch() {
      return epoch;
    },
    note: isShort ? `a batch of ${batchSize} from ${indices.length} images repeats images within itself.` : undefined,
    state: () => ({ rng: rng.state(), epoch, position, numIndices: indices.length, checksum }),
  };
}

function checkState(state: SamplerState, { numIndices, checksum }: Pick<SamplerState, "numIndices" | "checksum">): void {
  const { epoch, position } = state;
  const isPlace = Number.isSafeInteger(epoch) && epoch >= 0 && Number.isInteger(position) && position >= 0;
  expect(isPlace && position < state.numIndices, SCOPE, "the state is damaged: it has no valid epoch and position.");
  expect(
    state.numIndices === numIndices && state.checksum === checksum,
    SCOPE,
    `the state belongs to ${state.numIndices} other images; got ${numIndices}. Continue with the same dataset and split.`,
  );
}
