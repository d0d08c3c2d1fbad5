import { once, type WatchKind } from "./watch.ts";

/** How many times its usual size a norm must have, */
const TIMES = 100;
/** in so many steps of so many, to be told. */
const OFTEN = 3;
const WINDOW = 50;
/** Steps that the usual size is learned from, and the share of a step in it afterwards. */
const LEARNING = 50;
const RATE = 0.02;

interface Usual {
  count: number;
  /** Running mean of the logarithm. */
  log: number;
  readonly outliers: number[];
}

/** Exploding gradients: norms a hundred times as large as usual, several times within a few steps. */
export const gradients: WatchKind = {
  name: "gradients",
  description: "gradients that grow out of all proportion",
  async create({ say: tell }) {
    const say = once(tell);
    const known = new Map<string, Usual>();
    return {
      step({ step, gradientNorms, losses }) {
        // A step with a regulariser has other norms than one without: each combination has a usual size of its own.
        const phases = Object.keys(losses).join();
        for (const [group, norm] of Object.entries(gradientNorms)) {
          if (!(norm > 0)) continue;
          const key = `${group} ${phases}`;
          const usual = known.get(key) ?? { count: 0, log: 0, outliers: [] };
          known.set(key, usual);
          const isOutlier = usual.count >= LEARNING && Math.log(norm) > usual.log + Math.log(TIMES);
          if (isOutlier) {
            usual.outliers.push(step);
            while (usual.outliers[0] <= step - WINDOW) usual.outliers.shift();
            if (usual.outliers.length >= OFTEN)
              say(
                `Step ${step}: the gradient of ${group} has norm ${norm.toPrecision(3)}, usually ${Math.exp(usual.log).toPrecision(3)}: exploding gradients. ` +
                  "Go on from an earlier snapshot with --clip, or with lower learning rates (--glr, --dlr).",
              );
          }
          usual.count++;
          usual.log += (Math.log(norm) - usual.log) * Math.max(RATE, 1 / usual.count);
        }
      },
    };
  },
};
