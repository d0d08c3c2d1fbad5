import type { CommandSpec } from "../command-spec.ts";
import { classifyCommand } from "./classify.ts";
import { datasetCommand } from "./dataset/dataset.ts";
import { demoCommand } from "./demo.ts";
import { doctorCommand } from "./doctor.ts";
import { exploreCommand } from "./explore.ts";
import { generateCommand } from "./generate.ts";
import { interpolateCommand } from "./interpolate.ts";
import { metricsCommand } from "./metrics.ts";
import { projectCommand } from "./project.ts";
import { reportCommand } from "./report.ts";
import { styleMixCommand } from "./style-mix.ts";
import { trainCommand } from "./train.ts";

/** Add a command here: one import, one entry. */
export const commands: readonly CommandSpec[] = [
  demoCommand,
  datasetCommand,
  trainCommand,
  generateCommand,
  styleMixCommand,
  interpolateCommand,
  projectCommand,
  exploreCommand,
  metricsCommand,
  classifyCommand,
  reportCommand,
  doctorCommand,
];
