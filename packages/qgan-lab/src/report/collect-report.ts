import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { createHybridQ, type Json } from "qgan-core";
import { drawSvg, drawText } from "quantum-sim/draw";
import { UsageError } from "repro-kit";
import { listRunFolders } from "../run-folder/create-run-folder.ts";
import { type RunOptionsFile, readOptionsFile } from "../run-folder/options-file.ts";
import { readRemarks, readTimes } from "../run-folder/remarks.ts";
import { readScores, readSnapshots, readStats, type SnapshotLine } from "../run-folder/run-log.ts";
import { pngSize } from "./png-size.ts";
import type { ClassificationReport, GeneratorReport, ReportData, ReportPicture, Snapshot } from "./report-data.ts";

/** What `classifyRuns` leaves for a report. */
export const CLASSIFICATION = "classification.json";

/** Sample grids that a report shows of one generator. */
const MOST_SNAPSHOTS = 14;

/**
 * Gathers what report.html shows from a run folder, or from a folder that holds run folders.
 *
 * @throws UsageError if it is neither.
 */
export async function collectReport(folder: string): Promise<ReportData> {
  const runs = existsSync(join(folder, "options.json")) ? [folder] : await runsIn(folder);
  const options = await Promise.all(runs.map(readOptionsFile));
  const [first] = options;
  const generators = withDistinctLabels(runs.map((run, i) => describeGenerator(run, options[i])));
  const labels = [...new Set(options.map(({ data }) => data.class ?? "all images"))].join(", ");
  const names = [...new Set(options.map(({ model }) => titleOf(model.name)))].join(" and ");
  const classification = existsSync(join(folder, CLASSIFICATION))
    ? (JSON.parse(readFileSync(join(folder, CLASSIFICATION), "utf8")) as ClassificationReport) // written by `classifyRuns`
    : undefined;
  const remarks = [folder, ...runs].flatMap(readRemarks);
  return {
    title: `${names} on ${first.data.isPhantom ? "phantom lesions" : first.data.name}: ${labels}`,
    createdAt: new Date().toISOString(),
    data: { ...first.data },
    generators,
    ...(classification ? { classification } : {}),
    times: timesOf(folder, runs),
    protocol: protocolOf(first, generators),
    remarks: [...new Set(remarks)],
  };
}

async function runsIn(folder: string): Promise<string[]> {
  const runs = (await listRunFolders(folder)).filter((path) => existsSync(join(path, "options.json")));
  if (runs.length > 0) return runs;
  throw new UsageError(
    `[report] ${folder} is not a run folder and holds none. Give a folder that \`qgan train\` or \`qgan demo\` made.`,
  );
}

/** Two runs of one class are told apart by their models, else by their numbers. */
function withDistinctLabels(generators: readonly GeneratorReport[]): GeneratorReport[] {
  const isTaken = (label: string): boolean => generators.filter((other) => other.label === label).length > 1;
  const byModel = generators.map((generator) =>
    isTaken(generator.label) ? { ...generator, label: `${generator.label}, ${generator.model}` } : generator,
  );
  const all = byModel.map(({ label }) => label);
  return byModel.map((generator, i) =>
    all.indexOf(generator.label) === i ? generator : { ...generator, label: `${generator.label} (run ${i})` },
  );
}

function describeGenerator(run: string, { model, data }: RunOptionsFile): GeneratorReport {
  const read = (name: string): ReportPicture => {
    const png = readFileSync(join(run, name));
    return { png, ...pngSize(png) };
  };
  const snapshots = spread(readSnapshots(run)).filter(({ grid }) => existsSync(join(run, grid)));
  return {
    label: data.class ?? "all images",
    model: model.preset ? `${model.name}, preset ${model.preset}` : model.name,
    numParameters: model.numParameters,
    snapshots: snapshots.map(({ step, images, seconds, grid }): Snapshot => ({ step, images, seconds, ...read(grid) })),
    ...(existsSync(join(run, "reals.png")) ? { reals: read("reals.png") } : {}),
    stats: readStats(run),
    scores: readScores(run),
    ...describeCircuit(model),
  };
}

/** At most MOST_SNAPSHOTS lines, first and last among them. */
function spread(lines: readonly SnapshotLine[]): readonly SnapshotLine[] {
  if (lines.length <= MOST_SNAPSHOTS) return lines;
  return Array.from({ length: MOST_SNAPSHOTS }, (_, k) => lines[Math.round((k * (lines.length - 1)) / (MOST_SNAPSHOTS - 1))]);
}

function describeCircuit({ name, options }: RunOptionsFile["model"]): Pick<GeneratorReport, "circuit"> {
  if (name !== "hybridq") return {};
  const { circuit } = createHybridQ(options);
  if (!circuit) return {};
  const { numSubGenerators, numQubits, numLayers } = options;
  return {
    circuit: {
      svg: drawSvg(circuit),
      text: drawText(circuit, { fold: true, maxLength: Number.POSITIVE_INFINITY }),
      sentence: `${numSubGenerators} circuits of this form, each with ${numQubits} qubits and ${numLayers} layers, make the ${Number(numSubGenerators) * Number(numQubits)} numbers that an image is decoded from.`,
    },
  };
}

function timesOf(folder: string, runs: readonly string[]): ReportData["times"] {
  const training = runs.flatMap((run) => readSnapshots(run).slice(-1));
  const sum = (pick: (line: SnapshotLine) => number) => training.reduce((total, line) => total + pick(line), 0);
  return [
    { part: "Training", seconds: sum(({ seconds }) => seconds) },
    { part: "Samples and checkpoints", seconds: sum(({ savingSeconds }) => savingSeconds) },
    ...readTimes(folder),
  ].filter(({ seconds }) => seconds > 0);
}

function protocolOf(
  { model, data, training, versions }: RunOptionsFile,
  generators: readonly GeneratorReport[],
): Record<string, string> {
  const options = Object.entries(model.options).map(([name, value]) => `${name} ${formatOption(value)}`);
  const [score] = generators.flatMap(({ scores }) => scores.filter(({ metric }) => metric !== "pairwise")).slice(-1);
  return {
    Model: `${model.name}${model.preset ? `, preset ${model.preset}` : ""}`,
    "Model's options": options.join(", "),
    "Trained on": `${data.numTrain} images, ${data.numHeldOut} held out (split by group where groups are known)`,
    "Dataset digest": `sha256 ${data.digest}`,
    Seed: String(training.seed),
    "Batch size": String(training.batchSize),
    Sampling: "moving average of the generator's weights; sample i from seed i alone",
    ...(training.augment ? { Augmentation: JSON.stringify(training.augment) } : {}),
    ...(score
      ? {
          "FID and KID": Object.entries(score.protocol)
            .map(([name, value]) => `${name} ${value}`)
            .join(", "),
        }
      : {}),
    Versions: Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join(", "),
  };
}

const formatOption = (value: Json): string => {
  if (Array.isArray(value)) return value.join("-");
  return typeof value === "number" ? String(Number(value.toPrecision(5))) : String(value);
};

const TITLES: Readonly<Record<string, string>> = {
  hybridq: "HybridQ",
  "hybridq-classical": "Classical control of HybridQ",
  dcgan: "DCGAN",
};

const titleOf = (model: string): string => TITLES[model] ?? model;
