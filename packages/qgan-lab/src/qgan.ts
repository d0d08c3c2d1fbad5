import { EXIT, runCommandLine } from "./cli/run-command-line.ts";

const controller = new AbortController();
const interrupt = (): void => {
  if (controller.signal.aborted) process.exit(EXIT.stopped);
  controller.abort();
  process.stderr.write("\nStopping after the step in hand; Ctrl-C again ends at once.\n");
};
process.on("SIGINT", interrupt);
process.on("SIGTERM", interrupt);
// A reader that goes away (`qgan … | head`) is no error of ours.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(EXIT.ok);
  throw error;
});

process.exitCode = await runCommandLine(process.argv.slice(2), {
  out: process.stdout,
  err: process.stderr,
  signal: controller.signal,
});
