import { createRng } from "repro-kit";
import { expect, test } from "vitest";
import { createChoiceDraws } from "./choice-draws.ts";

test("branches come as often as their probabilities say, independently", () => {
  const choices = [[0.9, 0.06, 0.04], [1], [0.5, 0.5], [0.99, 0.01], [0, 1], [0.2, 0.3, 0.5]];
  const draws = createChoiceDraws(choices);
  const { uniform } = createRng(3);
  const N = 50_000;
  const counts = choices.map((probabilities) => probabilities.map(() => 0));
  let both = 0;
  for (let i = 0; i < N; i++) {
    const branches = choices.map(() => 0);
    let last = -1;
    draws.draw(uniform, (choice, branch) => {
      expect(choice).toBeGreaterThan(last);
      last = choice;
      branches[choice] = branch;
    });
    branches.forEach((branch, k) => {
      counts[k][branch]++;
    });
    if (branches[0] !== 0 && branches[2] !== 0) both++;
  }
  // Five standard errors.
  const isNear = (count: number, p: number) =>
    expect(Math.abs(count / N - p)).toBeLessThanOrEqual(5 * Math.sqrt((p * (1 - p)) / N));
  choices.forEach((probabilities, k) => {
    probabilities.forEach((p, branch) => {
      isNear(counts[k][branch], p);
    });
  });
  isNear(both, 0.1 * 0.5);
});

test("a draw of what always takes its first branch needs one uniform", () => {
  const draws = createChoiceDraws(new Array(1000).fill([1, 0]));
  let numDrawn = 0;
  draws.draw(
    () => {
      numDrawn++;
      return 0.999;
    },
    () => expect.unreachable(),
  );
  expect(numDrawn).toBe(1);
});
