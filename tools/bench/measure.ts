import { cpuUsage } from "node:process";

export interface Timing {
  readonly cpuMs: number;
  readonly wallMs: number;
}

/** Least time spent on one case, so that short ones are repeated often enough. */
const SECONDS_PER_ROUND = 1.5;
const MAXIMUM_REPEATS = 2000;
/** Runs as long as this are timed once after the warm-up: chance hardly moves them. */
const LONG_MS = 5000;

/** Time per run of `run`, after one warm-up; the median over three rounds (of a long run, one) of the mean per run within a round. */
export async function measure(run: () => void | Promise<void>): Promise<Timing> {
  const started = performance.now();
  await run();
  const once = performance.now() - started;
  const repeats = Math.max(1, Math.min(MAXIMUM_REPEATS, Math.round((1000 * SECONDS_PER_ROUND) / Math.max(once, 1e-3))));
  const rounds = once > LONG_MS ? 1 : 3;
  const timings: Timing[] = [];
  for (let round = 0; round < rounds; round++) {
    const cpu = cpuUsage();
    const wall = performance.now();
    for (let i = 0; i < repeats; i++) await run();
    const { user, system } = cpuUsage(cpu);
    timings.push({ cpuMs: (user + system) / 1000 / repeats, wallMs: (performance.now() - wall) / repeats });
  }
  const median = (values: number[]): number => values.sort((a, b) => a - b)[Math.floor(values.length / 2)];
  return { cpuMs: median(timings.map(({ cpuMs }) => cpuMs)), wallMs: median(timings.map(({ wallMs }) => wallMs)) };
}
