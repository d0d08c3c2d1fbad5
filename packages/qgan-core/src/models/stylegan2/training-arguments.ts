import { listKnown, UsageError } from "repro-kit";
import type { StyleGan2TrainingOptions } from "./training-options.ts";
import { AUGMENT_PIPES, CONFIGURATIONS } from "./training-tables.ts";

type Value = string | number | boolean | readonly string[];
type Reader = (text: string, flag: string) => Value;

const refuse = (message: string): never => {
  throw new UsageError(message);
};
const text: Reader = (value) => value;
const integer: Reader = (value, flag) =>
  /^[+-]?\d+$/.test(value.trim()) ? Number(value) : refuse(`Invalid value for '${flag}': '${value}' is not a valid integer.`);
const real: Reader = (value, flag) => {
  const number = value.trim() === "" ? Number.NaN : Number(value);
  return Number.isFinite(number) ? number : refuse(`Invalid value for '${flag}': '${value}' is not a valid float.`);
};
const TRUE = ["1", "on", "t", "true", "y", "yes"];
const FALSE = ["", "0", "f", "false", "n", "no", "off"];
const truth: Reader = (value, flag) => {
  const word = value.trim().toLowerCase();
  if (TRUE.includes(word)) return true;
  const names = [...FALSE, ...TRUE].sort().join(", ");
  return FALSE.includes(word)
    ? false
    : refuse(`Invalid value for '${flag}': '${value}' is not a valid boolean. Recognized values: ${names}`);
};
const oneOf =
  (choices: readonly string[]): Reader =>
  (value, flag) =>
    choices.includes(value)
      ? value
      : refuse(`Invalid value for '${flag}': '${value}' is not one of ${choices.map((choice) => `'${choice}'`).join(", ")}.`);
const list: Reader = (value) => (value === "" || value.toLowerCase() === "none" ? [] : value.split(","));

/** Every option of the command line: its name among `StyleGan2TrainingOptions` and how its value is read. */
const FLAGS: Readonly<Record<string, readonly [option: keyof StyleGan2TrainingOptions, read: Reader]>> = {
  "--outdir": ["outdir", text],
  "--gpus": ["gpus", integer],
  "--snap": ["snap", integer],
  "--metrics": ["metrics", list],
  "--seed": ["seed", integer],
  "--data": ["data", text],
  "--cond": ["cond", truth],
  "--subset": ["subset", integer],
  "--mirror": ["mirror", truth],
  "--cfg": ["cfg", oneOf(CONFIGURATIONS)],
  "--gamma": ["gamma", real],
  "--kimg": ["kimg", integer],
  "--batch": ["batch", integer],
  "--aug": ["aug", oneOf(["noaug", "ada", "fixed"])],
  "--p": ["p", real],
  "--target": ["target", real],
  "--augpipe": ["augpipe", oneOf(Object.keys(AUGMENT_PIPES))],
  "--resume": ["resume", text],
  "--init-from": ["resume", text],
  "--freezed": ["freezed", integer],
  "--fp32": ["fp32", truth],
  "--nhwc": ["nhwc", truth],
  "--allow-tf32": ["allowTf32", truth],
  "--nobench": ["nobench", truth],
  "--workers": ["workers", integer],
  "--mirrory": ["mirrory", truth],
  "--epochs": ["epochs", real],
  "--glr": ["glr", real],
  "--dlr": ["dlr", real],
  "--clip": ["clip", real],
  "--dsteps": ["dsteps", integer],
  "--microbatch": ["microbatch", integer],
};
const DRY_RUN = ["--dry-run", "-n"];

/**
 * Options of a training from the arguments of the reference's command line, `--name=value` or `--name value`.
 *
 * @throws UsageError for an option that is not known (the message names the nearest), a value of the wrong kind, or a missing
 * `--data` or `--outdir`.
 */
export function parseStyleGan2Arguments(args: readonly string[]): StyleGan2TrainingOptions {
  const options: Partial<Record<keyof StyleGan2TrainingOptions, Value>> = {};
  const rest = [...args];
  for (let argument = rest.shift(); argument !== undefined; argument = rest.shift()) {
    if (DRY_RUN.includes(argument)) {
      options.dryRun = true;
      continue;
    }
    const [, flag, given] = /^(--[^=]+)(?:=(.*))?$/s.exec(argument) ?? [];
    if (flag === undefined) refuse(`Got unexpected extra argument (${argument})`);
    if (!Object.hasOwn(FLAGS, flag)) refuse(`No such option '${flag}'; ${listKnown(flag, [...Object.keys(FLAGS), ...DRY_RUN])}`);
    const value = given ?? rest.shift() ?? refuse(`Option '${flag}' requires an argument.`);
    const [option, read] = FLAGS[flag];
    options[option] = read(value, flag);
  }
  const { data, outdir } = options;
  if (typeof outdir !== "string") return refuse("Missing option '--outdir'.");
  if (typeof data !== "string") return refuse("Missing option '--data'.");
  return { ...(options as Partial<StyleGan2TrainingOptions>), data, outdir }; // each value was read by its own option's reader
}
