import { mutateWeightFiles } from "../../packages/tfjs-train/src/testing/mutate-weight-files.ts";
import type { Soak } from "./soak.ts";

const MUTATIONS = 1_000_000;

export const weightMutations: Soak = {
  name: "weight-mutations",
  description: `reads ${MUTATIONS} randomly damaged weight files of every format [rounds] [seed]`,
  async run([rounds, seed]) {
    const total = rounds === undefined ? MUTATIONS : Number(rounds);
    const { numRefused, slowestMs, mostBytes } = await mutateWeightFiles({ rounds: total, seed: Number(seed ?? 0) });
    return (
      `${total} damaged files: ${numRefused} refused in one sentence, ${total - numRefused} read, no crash; ` +
      `the slowest took ${slowestMs.toFixed(0)} ms, the greediest ${(mostBytes / 1024).toFixed(0)} kB more than its size`
    );
  },
};
