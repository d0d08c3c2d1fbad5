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
  /** Exchange left and right in half of the images, drawn anew each epoch. Default false. */
  readonly mirror?: boolean;
  /** Exchange top and bottom in half of the images, drawn by itself. Default false. */
  readonly flip?: boolean;
  /** The class of an image: each class comes equally often, for which an epoch repeats the images of smaller ones. Default: each image once. */
  readonly balance?: (index: number) => number | string;
} & ({ readonly rng: Rng; readonly state?: undefined } | { readonly state: SamplerState; readonly rng?: undefined });

export interface SampledBatch {
  readonly indices: number[];
  /** Which of them to mirror left to right; all false without `mirror`. */
  readonly mirrored: boolean[];
  /** Which of them to turn upside down; all false without `flip`. */
  readonly flipped: boolean[];
}

export interface Sampler {
  /** Indices of the next batch. With `mirror` or `flip`, call `nextBatch`, which says which images are meant. */
  next(): number[];
  /** The next batch, as `images` and `floats` of a dataset take it. */
  nextBatch(): SampledBatch;
  /** Number of epochs begun before the next image, from 0. */
  readonly epoch: number;
  /** A sentence for the log where a batch repeats images, because it is larger than the set; else undefined. */
  readonly note: string | undefined;
  state(): SamplerState;
}

const SCOPE = "createSampler";

/**
 * Endless shuffled epochs: every image comes once before any comes again (but for `balance`); a batch may end one epoch and begin the
 * next.
 * The order of an epoch depends on the random stream and the epoch's number only, never on the batch size.
 *
 * @throws UsageError if there is no index, the batch size is not an integer ≥ 1, or the state belongs to other indices.
 */
export function createSampler(options: CreateSamplerOptions): Sampler {
  checkOptions(SCOPE, options, ["indices", "batchSize", "mirror", "flip", "balance", "rng", "state"]);
  const { batchSize, mirror = false, flip = false, balance, state } = options;
  const indices = [...options.indices];
  const isCount = Number.isInteger(batchSize) && batchSize >= 1;
  expect(indices.length > 0, SCOPE, "there is no image to draw from. Give at least one index.");
  expect(isCount, SCOPE, `batchSize must be an integer ≥ 1; got ${batchSize}.`);
  const checksum = crc32(new Uint8Array(Float64Array.from(indices).buffer));
  const classes = balance ? groupBy(indices, balance) : [indices];
  const largest = classes.reduce((most, { length }) => Math.max(most, length), 0);
  if (state) checkState(state, { numIndices: indices.length, checksum, epochLength: classes.length * largest });
  const rng = state ? restoreRng(state.rng) : options.rng;
  expect(rng !== undefined, SCOPE, "give rng to begin with, or state to continue.");

  let epoch = state?.epoch ?? 0;
  let position = state?.position ?? 0;
  let order: readonly number[] = [];
  let mirrors: readonly boolean[] = [];
  let flips: readonly boolean[] = [];
  const beginEpoch = (): void => {
    const drawn = rng.fork("epoch", epoch);
    const pool = classes.flatMap((members) => repeatShuffled(members, largest, drawn));
    order = drawn.shuffle(pool);
    const tosses = (name: string, isOn: boolean): boolean[] => {
      const coin = rng.fork(name, epoch);
      return order.map(() => isOn && coin.uniform() < 0.5);
    };
    mirrors = tosses("mirror", mirror);
    flips = tosses("flip", flip);
  };
  beginEpoch();
  const advance = (): void => {
    if (position < order.length) return;
    position = 0;
    epoch++;
    beginEpoch();
  };
  const nextBatch = (): SampledBatch => {
    const batch: SampledBatch = { indices: [], mirrored: [], flipped: [] };
    while (batch.indices.length < batchSize) {
      batch.indices.push(order[position]);
      batch.mirrored.push(mirrors[position]);
      batch.flipped.push(flips[position]);
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

function groupBy(indices: readonly number[], classOf: (index: number) => number | string): number[][] {
  const groups = new Map<number | string, number[]>();
  for (const index of indices) {
    const members = groups.get(classOf(index));
    if (members) members.push(index);
    else groups.set(classOf(index), [index]);
  }
  return [...groups.values()];
}

/** The members, all of them as often as another but for the last round, which takes some by chance; themselves where `count` is theirs. */
function repeatShuffled(members: readonly number[], count: number, rng: Rng): readonly number[] {
  if (members.length === count) return members;
  const rounds = Array.from({ length: Math.ceil(count / members.length) }, () => rng.shuffle(members));
  return rounds.flat().slice(0, count);
}

type Expected = Pick<SamplerState, "numIndices" | "checksum"> & { readonly epochLength: number };

function checkState(state: SamplerState, { numIndices, checksum, epochLength }: Expected): void {
  const { epoch, position } = state;
  const isPlace = Number.isSafeInteger(epoch) && epoch >= 0 && Number.isInteger(position) && position >= 0;
  expect(isPlace, SCOPE, "the state is damaged: it has no valid epoch and position.");
  expect(
    state.numIndices === numIndices && state.checksum === checksum,
    SCOPE,
    `the state belongs to ${state.numIndices} other images; got ${numIndices}. Continue with the same dataset and split.`,
  );
  expect(position < epochLength, SCOPE, "the state is damaged, or of a sampler that balances: its place lies beyond the epoch.");
}
