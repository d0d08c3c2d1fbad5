import { join, resolve } from "node:path";
import { argv, exit } from "node:process";
import { parseArgs } from "node:util";
import { UsageError } from "repro-kit";
import { kinds } from "./kinds/index.ts";
import { runSuite } from "./run-suite.ts";

const HELP = `npm run golden -- <suite> [--dir <root>]

Compares this implementation with stored numbers of the reference programs.

  npm run golden -- all                     every suite
  npm run golden -- eval                    a branch
  npm run golden -- eval/resize             one folder
  npm run golden -- all --dir ../other      another root of the same layout

Prints one line a case with its largest error and tolerance; "pending" is a case whose piece is not built yet.
The last line counts passed, failed and skipped (pending). Exit code 1 when a case fails.`;

const shared = join(import.meta.dirname, "..", "..", "..", "shared");

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    args: argv.slice(2),
    options: { dir: { type: "string" }, help: { type: "boolean", short: "h" } },
    allowPositionals: true,
  });
  if (values.help || positionals.length === 0) {
    console.log(HELP);
    return values.help ? 0 : 2;
  }
  const total = { passed: 0, failed: 0, skipped: 0 };
  for (const suite of positionals) {
    const root = resolve(values.dir ?? join(shared, "golden"));
    const { passed, failed, skipped } = await runSuite({ suite, root, shared, kinds, print: console.log });
    total.passed += passed;
    total.failed += failed;
    total.skipped += skipped;
  }
  if (total.passed + total.failed + total.skipped === 0) throw new UsageError("[golden] the suite holds no cases.");
  console.log(`${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
  return total.failed === 0 ? 0 : 1;
}

main().then(exit, (error: Error) => {
  console.error(
    UsageError.isInstance(error) || (error as NodeJS.ErrnoException).code?.startsWith("ERR_PARSE_ARGS")
      ? error.message
      : error.stack,
  );
  exit(2);
});
