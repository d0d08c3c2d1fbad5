import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createBatchOrder } from "./batch-order.ts";

const order = () => createBatchOrder({ count: 5, batchSize: 3, rng: createRng(1) });

test("every epoch shows every image once, whatever the batch size", () => {
  const batchOf = order();
  const indices = Array.from({ length: 10 }, (_, step) => batchOf(step)).flat();
  for (let epoch = 0; epoch < 6; epoch++) expect(indices.slice(5 * epoch, 5 * epoch + 5).sort()).toEqual([0, 1, 2, 3, 4]);
});

test("a batch is a function of the step", () => {
  const all = order();
  const steps = Array.from({ length: 8 }, (_, step) => all(step));
  expect(order()(6)).toEqual(steps[6]);
  expect(all(2)).toEqual(steps[2]);
});
