/** Stands for a probability of zero: e^{−690} is never reached by a 53-bit uniform. */
const TINY = 1e-300;

/** Draws branches of many choices at once. */
export interface ChoiceDraws {
  /** Calls `found` for every choice that does not take its branch 0, in ascending order. */
  draw(uniform: () => number, found: (choice: number, branch: number) => void): void;
}

/**
 * Independent choices with given probabilities of their branches. A draw takes time proportional to the number of choices that do
 * not take their first branch, as the next such choice is found by inversion: P(none before k) = Π P(branch 0).
 */
export function createChoiceDraws(choices: readonly (readonly number[])[]): ChoiceDraws {
  /** log P(the choices before k all take branch 0), [numChoices + 1]. */
  const logUsual = new Float64Array(choices.length + 1);
  choices.forEach((probabilities, k) => {
    logUsual[k + 1] = logUsual[k] + Math.log(Math.min(1, Math.max(TINY, probabilities[0])));
  });
  return {
    draw(uniform, found) {
      let from = 0;
      while (from < choices.length) {
        const target = logUsual[from] + Math.log(1 - uniform());
        if (logUsual[choices.length] >= target) return;
        // The first k with logUsual[k + 1] < target takes another branch.
        let low = from;
        let high = choices.length - 1;
        while (low < high) {
          const middle = (low + high) >> 1;
          if (logUsual[middle + 1] < target) high = middle;
          else low = middle + 1;
        }
        const probabilities = choices[low];
        if (probabilities.length > 1) {
          let left = uniform() * (1 - probabilities[0]);
          let branch = 1;
          while (branch < probabilities.length - 1 && (left -= probabilities[branch]) >= 0) branch++;
          found(low, branch);
        }
        from = low + 1;
      }
    },
  };
}
