import { expect } from "repro-kit";

/**
 * Splits a batch into parts that hold whole groups of the minibatch deviation, so that the parts' losses average to the batch's.
 * Image i is in group i mod (batch / groupSize), and stays in the same company in its part.
 *
 * @param size - Most images in a part.
 * @throws UsageError if a part cannot hold a group.
 */
export function partsByGroup(batchSize: number, size: number, groupSize: number): readonly (readonly number[])[] {
  const numGroups = batchSize / groupSize;
  const numParts = divisors(numGroups).find((count) => batchSize / count <= size);
  expect(
    numParts,
    "trainGan",
    `microBatch must hold a group of ${groupSize} images that the discriminator compares with one another; got ${size}. Raise it, or lower minibatchGroup.`,
  );
  const groupsInPart = numGroups / numParts;
  return Array.from({ length: numParts }, (_, part) =>
    range(batchSize).filter((i) => Math.floor((i % numGroups) / groupsInPart) === part),
  );
}

/** Splits the first `count` images into parts of one length of at most `size`. */
export function partsInOrder(count: number, size: number): readonly (readonly number[])[] {
  const numParts = divisors(count).find((parts) => count / parts <= size) ?? count;
  const length = count / numParts;
  return Array.from({ length: numParts }, (_, part) => range(length).map((i) => part * length + i));
}

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const divisors = (value: number): number[] => range(value + 1).filter((divisor) => divisor > 0 && value % divisor === 0);
