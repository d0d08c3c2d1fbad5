import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { killStorm } from "../../packages/dataset-zip/src/testing/kill-storm.ts";
import { mutatePngs } from "../../packages/dataset-zip/src/testing/mutate-png.ts";
import type { Soak } from "./soak.ts";

const KILLS = 1000;
const MUTATIONS = 1_000_000;
const numberOf = (text: string | undefined, otherwise: number): number => (text === undefined ? otherwise : Number(text));

export const zipKills: Soak = {
  name: "dataset-zip-kills",
  description: `kills a process that writes a dataset zip, ${KILLS} times at random moments [rounds] [seed]`,
  async run([rounds, seed]) {
    const folder = await mkdtemp(join(tmpdir(), "qgan-soak-"));
    try {
      const { numAbsent, numWhole, numPartial } = await killStorm({
        folder,
        rounds: numberOf(rounds, KILLS),
        seed: numberOf(seed, 0),
      });
      return `${numWhole} whole, ${numAbsent} absent, 0 broken; ${numPartial} named as half-written`;
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
};

export const pngMutations: Soak = {
  name: "png-mutations",
  description: `decodes ${MUTATIONS} randomly damaged PNGs [rounds] [seed]`,
  async run([rounds, seed]) {
    const total = numberOf(rounds, MUTATIONS);
    const { numRefused } = mutatePngs({ rounds: total, seed: numberOf(seed, 0) });
    return `${total} damaged files: ${numRefused} refused in one sentence, ${total - numRefused} decoded, no crash`;
  },
};
