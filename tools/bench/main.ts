import { argv, exit } from "node:process";
import { parseArgs } from "node:util";
import { createRegistry, UsageError } from "repro-kit";
import { suites } from "./cases/index.ts";
import { type BenchResult, runBenchSuite } from "./run-suite.ts";

const HELP = `npm run bench -- <suite> [--json] [--peers] [--only <text>]

Times ours and, with --peers, each peer in turn in one run: CPU and wall milliseconds a run, and ratios (peer / ours).

  npm run bench -- quantum --peers      the quantum step against PennyLane
  npm run bench -- quantum --only 8×5   the cases whose names hold "8×5"
  npm run bench -- all --json           every suite, as JSON on stdout

Peers need their Python environment: node bench/peers/setup.mjs
Suites: ${suites.map(({ name }) => name).join(", ")}, all`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv.slice(2),
    options: {
      json: { type: "boolean" },
      peers: { type: "boolean" },
      only: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
    allowPositionals: true,
  });
  if (values.help || positionals.length === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const registry = createRegistry("bench", suites);
  const chosen = positionals.includes("all") ? suites : positionals.map((name) => registry.resolve(name));
  const cases: BenchResult[] = [];
  const { json = false, peers = false, only } = values;
  const onCase = (line: string): void => console.error(line);
  const onResult = (result: BenchResult): void => (json ? console.error : console.log)(describe(result));
  for (const suite of chosen) cases.push(...(await runBenchSuite(suite, { peers, only, onCase, onResult })));
  if (cases.length === 0) throw new UsageError(`[bench] no case's name holds "${only}". Without --only all of them are listed.`);
  if (json) console.log(JSON.stringify({ cases }, null, 1));
  return 0;
}

function describe({ name, ours, peers, ratio }: BenchResult): string {
  const memory = (grownMb?: number) => (grownMb === undefined ? "" : `, ${grownMb.toFixed(0)} MB`);
  const lines = [
    `${name} [${ours.backend}]: ${ours.cpuMs.toFixed(2)} CPU ms, ${ours.wallMs.toFixed(2)} ms${memory(ours.grownMb)}`,
  ];
  for (const [peer, timing] of Object.entries(peers))
    lines.push(
      "absent" in timing
        ? `  ${peer}: absent (${timing.absent})`
        : `  ${peer} ${timing.version}: ${timing.cpuMs.toFixed(2)} CPU ms, ${timing.wallMs.toFixed(2)} ms${memory(timing.grownMb)} — ratio ${ratio[peer].toFixed(2)}`,
    );
  return lines.join("\n");
}

main().then(exit, (error: Error) => {
  console.error(
    UsageError.isInstance(error) || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")
      ? error.message
      : error.stack,
  );
  exit(2);
});
