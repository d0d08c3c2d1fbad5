import { stat, statfs } from "node:fs/promises";
import { availableParallelism, freemem, totalmem } from "node:os";
import { dirname, resolve } from "node:path";
import { resolveInceptionWeights } from "fid-metrics/node";
import { checkOptions } from "repro-kit";
import { type BackendName, ready } from "tfjs-train";
import { selfTest } from "tfjs-train/self-test";
import type { LabHooks } from "../facts.ts";
import { formatBytes } from "../progress/duration.ts";
import { testQuantumKernel } from "./self-test.ts";

export interface DiagnoseOptions {
  /** Folder whose disk is looked at. Default: the working directory. */
  readonly out?: string;
  /** Inception weights to try. */
  readonly inception?: string;
}

/** One thing that was looked at. */
export interface Finding {
  readonly name: string;
  /** "good", "worth knowing" (things work without it), or "bad". */
  readonly state: "good" | "note" | "bad";
  readonly text: string;
  /** What to do. */
  readonly fix?: string;
}

export interface Diagnosis {
  readonly findings: readonly Finding[];
  /** Whether nothing is bad. */
  readonly isHealthy: boolean;
}

const MINIMUM_NODE = [20, 19] as const;
/** A run of the demo takes less; real runs keep some checkpoints of 60 MB. */
const LITTLE_DISK = 1e9;

/** Looks at everything that this package needs, and tests every op in use and the quantum kernel against stored values. */
export async function diagnose(options: DiagnoseOptions = {}, { onFact }: LabHooks = {}): Promise<Diagnosis> {
  checkOptions("diagnose", options, ["out", "inception"]);
  onFact?.({ kind: "progress", part: "Looking" });
  const findings = [
    checkNode(),
    checkMachine(),
    ...(await checkBackends()),
    checkQuantum(),
    await checkInception(options.inception),
    await checkSharp(),
    await checkDisk(options.out ?? "."),
  ];
  return { findings, isHealthy: findings.every(({ state }) => state !== "bad") };
}

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split(".").map(Number);
  const isNew = major > MINIMUM_NODE[0] || (major === MINIMUM_NODE[0] && minor >= MINIMUM_NODE[1]);
  const text = `${process.versions.node}${isNew ? "" : `; ${MINIMUM_NODE.join(".")} or newer is needed`}`;
  return isNew
    ? { name: "Node", state: "good", text }
    : { name: "Node", state: "bad", text, fix: "Install a newer one from https://nodejs.org." };
}

function checkMachine(): Finding {
  const cores = availableParallelism();
  const text = `${cores} core${cores === 1 ? "" : "s"}, ${formatBytes(freemem())} of ${formatBytes(totalmem())} memory free`;
  if (freemem() >= 1.5e9) return { name: "Machine", state: "good", text };
  return {
    name: "Machine",
    state: "note",
    text,
    fix: "A 64×64 run takes up to 1.5 GB; close other programs, or use a smaller batch.",
  };
}

const BACKENDS: readonly BackendName[] = ["tensorflow", "wasm", "cpu"];
const BACKEND_FIXES: Readonly<Partial<Record<BackendName, string>>> = {
  tensorflow: "Optional, about three times as fast as wasm: npm install @tensorflow/tfjs-node, or on Linux `qgan doctor --fix`.",
  wasm: "Install the dependencies again: npm ci.",
  cpu: "Install the dependencies again: npm ci.",
};

async function checkBackends(): Promise<Finding[]> {
  const findings: Finding[] = [];
  let isAnyRight = false;
  let chosen: BackendName | undefined;
  for (const backend of BACKENDS) {
    const name = `Backend ${backend}`;
    try {
      const { reason, version } = await ready({ backend });
      const ops = await selfTest();
      const wrong = ops.filter((finding) => !finding.isRight);
      const isRight = wrong.length === 0;
      isAnyRight ||= isRight;
      if (isRight) chosen ??= backend;
      const verdict = isRight
        ? `${ops.length} ops and their gradients equal the stored values`
        : `WRONG: ${wrong.map(({ op, reason: why }) => `${op} (${why})`).join(", ")}`;
      const text = `${reason}, version ${version}; ${verdict}`;
      findings.push(isRight ? { name, state: "good", text } : { name, state: "bad", text, fix: BACKEND_FIXES[backend] ?? "" });
    } catch (error) {
      const fix = BACKEND_FIXES[backend];
      findings.push({ name, state: "note", text: (error as Error).message, ...(fix ? { fix } : {}) });
    }
  }
  findings.push(
    isAnyRight
      ? { name: "Backend in use", state: "good", text: `${chosen} (--backend chooses another)` }
      : { name: "Backend in use", state: "bad", text: "none works", fix: "Install the dependencies again: npm ci." },
  );
  return findings;
}

function checkQuantum(): Finding {
  const name = "Quantum kernel";
  try {
    const { largestError, isRight, path } = testQuantumKernel();
    const text = `${path}; largest difference from the stored values ${largestError.toExponential(1)}`;
    return isRight
      ? { name, state: "good", text }
      : { name, state: "bad", text, fix: "Please report this, with the kind of processor: results would be wrong." };
  } catch (error) {
    return { name, state: "bad", text: (error as Error).message, fix: "Build the kernels again: npm run build." };
  }
}

async function checkInception(file: string | undefined): Promise<Finding> {
  const name = "Inception weights (FID)";
  try {
    const found = await resolveInceptionWeights({ ...(file === undefined ? {} : { file }), allowDownload: false });
    if (found.missing === undefined) return { name, state: "good", text: found.source };
    return { name, state: "note", text: "not here; they are fetched once when FID is first measured", fix: found.missing };
  } catch (error) {
    return { name, state: "bad", text: (error as Error).message, fix: "Give another file with --inception." };
  }
}

async function checkSharp(): Promise<Finding> {
  const name = "sharp (reads JPEG and the like)";
  try {
    const { default: sharp } = (await import("sharp")) as { default: { versions: { sharp?: string } } }; // an optional peer
    return { name, state: "good", text: sharp.versions.sharp ?? "present" };
  } catch {
    return { name, state: "note", text: "not installed: only PNG files can be imported", fix: "npm install sharp" };
  }
}

async function checkDisk(folder: string): Promise<Finding> {
  const name = "Disk";
  let path = resolve(folder);
  while (!(await stat(path).catch(() => undefined)) && dirname(path) !== path) path = dirname(path);
  try {
    const { bavail, bsize } = await statfs(path);
    const free = bavail * bsize;
    const text = `${formatBytes(free)} free at ${path}`;
    return free >= LITTLE_DISK
      ? { name, state: "good", text }
      : { name, state: "note", text, fix: "Free some space, or choose another folder with --out." };
  } catch (error) {
    return { name, state: "note", text: `cannot be looked at: ${(error as Error).message}` };
  }
}
