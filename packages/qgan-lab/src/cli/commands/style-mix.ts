import { expect } from "repro-kit";
import { formatSeeds } from "../../generate/format-seeds.ts";
import type { MixStylesOptions } from "../../generate/mix-styles.ts";
import { runInWorker } from "../../worker/run-in-worker.ts";
import type { CommandSpec } from "../command-spec.ts";
import {
  classOption,
  generatorOptions,
  namedOptions,
  noiseOption,
  plannedGenerator,
  truncationOption,
} from "../generator-options.ts";
import { numberList } from "../option-parsers.ts";
import { backendOption } from "../shared-options.ts";

export const styleMixCommand: CommandSpec = {
  name: "style-mix",
  summary: "a grid of images that take coarse or fine styles from one another (StyleGAN2)",
  options: [
    ...generatorOptions,
    { flags: "--rows <seeds>", text: "seeds of the rows", parse: numberList, standard: "85,100,75,458,1500" },
    {
      flags: "--cols <seeds>",
      text: "seeds of the columns, whose styles are put in",
      parse: numberList,
      standard: "55,821,1789,293",
    },
    {
      flags: "--col-styles <list>",
      text: "which styles come from the columns: the first are shape and pose",
      parse: numberList,
      standard: "0-6, of networks below 256 pixels the first half",
    },
    classOption,
    truncationOption,
    noiseOption,
    { flags: "--out <folder>", text: "a new folder: a PNG for every cell and grid.png", standard: "mixed" },
    { ...backendOption, standard: "the run's" },
  ],
  examples: [
    "qgan style-mix --run runs/00003-stylegan2 --rows 0-4 --cols 10-15 --col-styles 0-3",
    "qgan style-mix --network network-snapshot.pkl --rows 1,2 --cols 3-5 --trunc 0.8 --out mixed",
  ],
  async run({ options }, { hooks, dryRun, result, plan }) {
    const from = await plannedGenerator("qgan style-mix", options);
    const { cols, rows = [85, 100, 75, 458, 1500], colStyles, ...rest } = options;
    const given = {
      out: "mixed",
      rows,
      columns: cols ?? [55, 821, 1789, 293],
      ...(colStyles === undefined ? {} : { columnStyles: colStyles }),
      ...namedOptions(rest),
    } as MixStylesOptions; // parsed above, checked by mixStyles
    expect(
      given.rows.length * given.columns.length <= 10_000,
      "qgan style-mix",
      "a grid has at most 10 000 cells; give fewer seeds.",
    );
    if (dryRun)
      return plan(
        [`Would mix rows ${formatSeeds(given.rows)} with columns ${formatSeeds(given.columns)} of ${from} into ${given.out}.`],
        { checkpoint: from, rows: given.rows, columns: given.columns, out: given.out },
      );
    const made = await runInWorker("mix", given, hooks);
    result([`${made.count} images: ${made.out}`, `Grid: ${made.grid}`], { ...made });
  },
};
