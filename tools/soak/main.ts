import { argv, exit } from "node:process";
import { createRegistry, UsageError } from "repro-kit";
import { soaks } from "./index.ts";

const HELP = `npm run soak -- <name> [options]

Long runs that do not fit into npm test. Each is seeded and ends with a summary line.

${soaks.map(({ name, description }) => `  ${name.padEnd(24)}${description}`).join("\n")}`;

async function main(): Promise<number> {
  const [name, ...args] = argv.slice(2);
  if (!name || name === "--help" || name === "-h") {
    console.log(HELP);
    return name ? 0 : 2;
  }
  const soak = createRegistry("soak", soaks).resolve(name);
  const started = performance.now();
  const summary = await soak.run(args);
  console.log(`${name}: ${summary} (${((performance.now() - started) / 60_000).toFixed(1)} min)`);
  return 0;
}

main().then(exit, (error: Error) => {
  console.error(UsageError.isInstance(error) ? error.message : error.stack);
  exit(UsageError.isInstance(error) ? 2 : 1);
});
