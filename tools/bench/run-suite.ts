import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { env, platform } from "node:process";
import type { BenchCase, BenchPeer, BenchSuite } from "./bench-suite.ts";
import { measure, type Timing } from "./measure.ts";

interface PeerTiming extends Timing {
  readonly version: string;
  /** MB that the process grew by at its peak, if it tells. */
  readonly grownMb?: number;
}

export interface BenchResult {
  readonly name: string;
  readonly ours: Timing & { readonly backend: string; readonly grownMb?: number };
  readonly peers: Readonly<Record<string, PeerTiming | { readonly absent: string }>>;
  /** The peer's CPU time divided by ours: above 1, ours is faster. */
  readonly ratio: Readonly<Record<string, number>>;
  readonly wallRatio: Readonly<Record<string, number>>;
}

const peersFolder = join(import.meta.dirname, "..", "..", "bench", "peers");
const environment = env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "peers-env");
const python = platform === "win32" ? join(environment, "Scripts", "python.exe") : join(environment, "bin", "python");

export interface RunBenchOptions {
  readonly peers: boolean;
  /** Only cases whose names and backends, written "name [backend]", hold this, in any case. */
  readonly only?: string;
  /** Told of each case before it begins. */
  readonly onCase: (line: string) => void;
  /** Told of each result at once: a suite with compilers among its peers takes half an hour. */
  readonly onResult: (result: BenchResult) => void;
}

const labelOf = ({ name, backend }: BenchCase): string => `${name} [${backend}]`;

/** Ours and each peer in turn, case by case, so that both see the same state of the machine. */
export async function runBenchSuite(suite: BenchSuite, options: RunBenchOptions): Promise<BenchResult[]> {
  const results: BenchResult[] = [];
  const wanted = options.only?.toLowerCase() ?? "";
  for (const one of (await suite.cases()).filter((one) => labelOf(one).toLowerCase().includes(wanted))) {
    options.onCase(`${suite.name}: ${one.name} (${one.backend}) …`);
    const ours = await measure(one.run);
    await one.dispose?.();
    const grownMb = one.grownMb?.();
    const peers = options.peers ? suite.peers.filter((peer) => one.peerArguments !== undefined || peer.script === "") : [];
    const timings = Object.fromEntries(peers.map((peer) => [peer.name, measurePeer(peer, one)]));
    const ratioOf = (key: keyof Timing) =>
      Object.fromEntries(
        Object.entries(timings).flatMap(([name, timing]) => ("absent" in timing ? [] : [[name, timing[key] / ours[key]]])),
      );
    const result: BenchResult = {
      name: one.name,
      ours: { backend: one.backend, ...ours, ...(grownMb === undefined ? {} : { grownMb }) },
      peers: timings,
      ratio: ratioOf("cpuMs"),
      wallRatio: ratioOf("wallMs"),
    };
    options.onResult(result);
    results.push(result);
  }
  return results;
}

function measurePeer({ script }: BenchPeer, { name, peerArguments }: BenchCase): PeerTiming | { absent: string } {
  if (!existsSync(python)) return { absent: `no environment at ${environment}; make it with: node bench/peers/setup.mjs` };
  const { status, stdout, stderr } = spawnSync(python, [join(peersFolder, script), JSON.stringify({ name, ...peerArguments })], {
    encoding: "utf8",
    env: { ...env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
  });
  if (status !== 0) return { absent: (stderr.trim().split("\n").at(-1) ?? `exit ${status}`).slice(0, 200) };
  return JSON.parse(stdout.trim().split("\n").at(-1) as string);
}
