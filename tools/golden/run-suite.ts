import { findFolders } from "./files.ts";
import type { Deviation, GoldenCase, GoldenFolder, GoldenKind } from "./golden-kind.ts";

export interface SuiteResult {
  passed: number;
  failed: number;
  skipped: number;
}

export interface RunSuiteOptions {
  readonly suite: string;
  readonly root: string;
  readonly shared: string;
  readonly kinds: readonly GoldenKind[];
  readonly print: (line: string) => void;
}

/** Runs every case of a suite, one line each; a file that no kind knows is a failure. */
export async function runSuite({ suite, root, shared, kinds, print }: RunSuiteOptions): Promise<SuiteResult> {
  const result: SuiteResult = { passed: 0, failed: 0, skipped: 0 };
  const folders = findFolders({ suite, root, shared });
  for (const folder of folders) await runFolder(folder, kinds, print, result);
  return result;
}

async function runFolder(
  folder: GoldenFolder,
  kinds: readonly GoldenKind[],
  print: (line: string) => void,
  result: SuiteResult,
): Promise<void> {
  const claimed = new Set<string>();
  for (const kind of kinds) {
    for (const { files, cases } of findCases(kind, folder, print, result)) {
      for (const { path } of files) claimed.add(path);
      for (const one of cases) {
        const line = await runCase(one, result);
        print(`${line.verdict} ${folder.path || "."} ${kind.name}: ${one.name}${line.detail}`);
      }
    }
  }
  for (const { path } of folder.files) {
    if (claimed.has(path)) continue;
    result.failed++;
    print(`FAIL ${path}: no kind of case recognises this file; describe it in tools/golden/kinds.`);
  }
}

function findCases(kind: GoldenKind, folder: GoldenFolder, print: (line: string) => void, result: SuiteResult) {
  try {
    return kind.find(folder);
  } catch (error) {
    result.failed++;
    print(`FAIL ${folder.path} ${kind.name}: the files cannot be read: ${(error as Error).message}`);
    return [];
  }
}

async function runCase({ check }: GoldenCase, result: SuiteResult): Promise<{ verdict: string; detail: string }> {
  if (!check) {
    result.skipped++;
    return { verdict: "pending", detail: "" };
  }
  try {
    const deviations = await check();
    if (deviations.length === 0) throw new Error("the case compared nothing");
    const wrong = deviations.filter(({ error, tolerance }) => !(error <= tolerance));
    const worst = deviations.reduce((a, b) => (ratio(b) > ratio(a) ? b : a));
    if (wrong.length === 0) result.passed++;
    else result.failed++;
    const more = wrong.length > 1 ? ` (and ${wrong.length - 1} more)` : "";
    return { verdict: wrong.length === 0 ? "ok  " : "FAIL", detail: ` — ${describe(worst)}${more}` };
  } catch (error) {
    result.failed++;
    return { verdict: "FAIL", detail: ` — ${(error as Error).message}` };
  }
}

/** How far a deviation reaches into its tolerance; NaN counts as beyond every other. */
function ratio({ error, tolerance }: Deviation): number {
  if (Number.isNaN(error)) return Number.POSITIVE_INFINITY;
  if (tolerance === 0) return error === 0 ? 0 : Number.MAX_VALUE;
  return error / tolerance;
}

const describe = ({ what, error, tolerance }: Deviation): string =>
  `${what}: largest error ${error.toExponential(1)}, tolerance ${tolerance.toExponential(0)}`;
