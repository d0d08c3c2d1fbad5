import { basename } from "node:path";
import { parseStyleGan2Arguments, planStyleGan2Training, type TrainingSetFacts } from "qgan-core";
import { UsageError } from "repro-kit";
import type { Deviation, GoldenFile, GoldenKind } from "../golden-kind.ts";

interface DatasetRecord {
  readonly path: string;
  readonly resolution: number;
  readonly num_images: number;
  readonly labels: string;
}

interface AcceptedCase {
  readonly args: readonly string[];
  readonly training_options: Readonly<Record<string, unknown>>;
  readonly summary?: string;
  readonly stdout?: string;
}

interface RejectedCase {
  readonly args: readonly string[];
  readonly exit_code: number;
  readonly stdout: string;
  readonly message: string;
}

/** Options that this project adds to the reference's: what it refuses for their sake alone is accepted here. */
const ADDED = ["--mirrory", "--epochs", "--glr", "--dlr", "--clip", "--dsteps", "--microbatch", "--init-from"];

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === "object" && value !== null;
const casesOf = (json: unknown, fields: readonly string[]): readonly unknown[] => {
  const cases = isRecord(json) ? json.cases : undefined;
  const hasAll = (one: unknown) => isRecord(one) && fields.every((field) => field in one);
  return Array.isArray(cases) && cases.length > 0 && cases.every(hasAll) ? cases : [];
};

/** Facts of the made-up datasets that a file of the folder describes, by path. */
function datasetsOf(files: readonly GoldenFile[]): ReadonlyMap<string, TrainingSetFacts> {
  const records = files.flatMap(({ json }) =>
    isRecord(json) && Array.isArray(json.datasets) ? (json.datasets as DatasetRecord[]) : [],
  );
  return new Map(
    records.map(({ path, resolution, num_images, labels }) => [
      path,
      { name: basename(path).replace(/\.[^.]+$/, ""), resolution, numImages: num_images, hasLabels: labels !== "none" },
    ]),
  );
}

const differs = (what: string, ours: string, theirs: string): Deviation => ({
  what: ours === theirs ? what : `${what}: ${JSON.stringify(ours)} for ${JSON.stringify(theirs)}`,
  error: ours === theirs ? 0 : 1,
  tolerance: 0,
});

/** The number that the next free run folder has is the file system's. */
const withoutNumber = (text: string): string => text.replaceAll(/\/\d{5}-/g, "/#-");

function checkAccepted(
  { args, training_options, summary, stdout }: AcceptedCase,
  datasets: ReturnType<typeof datasetsOf>,
): Deviation[] {
  const options = parseStyleGan2Arguments(args);
  const dataset = datasets.get(options.data);
  if (!dataset) throw new Error(`no facts of ${options.data} beside the cases`);
  const plan = planStyleGan2Training(options, dataset);
  const printed = summary ?? stdout?.slice(stdout.indexOf("Output directory:"));
  return [
    // Written out, so that the order of the keys counts.
    differs(
      "derived configuration",
      withoutNumber(JSON.stringify(plan.trainingOptions)),
      withoutNumber(JSON.stringify(training_options)),
    ),
    ...(printed === undefined ? [] : [differs("summary", withoutNumber(plan.summary), withoutNumber(printed))]),
  ];
}

function checkRejected({ args, exit_code, stdout, message }: RejectedCase, datasets: ReturnType<typeof datasetsOf>): Deviation[] {
  const isAdded = args.some((argument) => ADDED.includes(argument.split("=")[0])) && message.includes("No such option");
  let ours: string | undefined;
  try {
    const options = parseStyleGan2Arguments(args);
    const dataset = datasets.get(options.data);
    if (!dataset) throw new UsageError(`--data: no dataset at ${options.data}`);
    planStyleGan2Training(options, dataset);
  } catch (error) {
    if (!UsageError.isInstance(error)) throw error;
    ours = error.message;
  }
  if (isAdded) return [differs("an option of this project is accepted", ours ?? "", "")];
  const refused = { what: `refused, exit code ${exit_code}`, error: ours !== undefined && exit_code !== 0 ? 0 : 1, tolerance: 0 };
  // The program's own words stand on stdout; the option parser's are on stderr, and what is wrong with a file is told by whoever opens it.
  const isOwnWording = stdout !== "" && !message.startsWith("Error: --data: ");
  return isOwnWording ? [refused, differs("message", `Error: ${ours}`, message)] : [refused];
}

const kindOf = <Case extends { readonly args: readonly string[] }>(
  name: string,
  fields: readonly string[],
  check: (one: Case, datasets: ReturnType<typeof datasetsOf>) => Deviation[],
): GoldenKind => ({
  name,
  find: ({ files }) => {
    const datasets = datasetsOf(files);
    return files.flatMap((file) => {
      const cases = casesOf(file.json, fields) as readonly Case[]; // its fields are there
      if (cases.length === 0) return [];
      return [{ files: [file], cases: cases.map((one) => ({ name: one.args.join(" "), check: () => check(one, datasets) })) }];
    });
  },
});

/** Arguments of a training and the configuration that the reference derives from them. */
export const stylegan2OptionsAccepted: GoldenKind = kindOf(
  "stylegan2-options-accepted",
  ["args", "training_options"],
  checkAccepted,
);

/** Arguments that the reference refuses. */
export const stylegan2OptionsRejected: GoldenKind = kindOf(
  "stylegan2-options-rejected",
  ["args", "exit_code", "message"],
  checkRejected,
);
