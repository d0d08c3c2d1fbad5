import type { GanStep, JsonObject } from "qgan-core";

/** A collected number: how many values, their mean and standard deviation; null where there is none. */
export interface Collected {
  readonly num: number;
  readonly mean: number | null;
  readonly std: number | null;
}

/** What the StyleGAN2-ADA program writes to stats.jsonl at the end of a tick, under its names. */
export type TickLine = Readonly<Record<string, Collected | number>>;

interface TickClock {
  /** Seconds of the run so far, and those of them that samples and checkpoints took. */
  readonly seconds: number;
  readonly savingSeconds: number;
}

/** Gathers what the phases saw over a tick. */
export interface TickStats {
  add(step: GanStep): void;
  /** Whether the tick is over: after the first step, and every 4000 images. */
  isDue(images: number): boolean;
  /** The numbers of the tick, of which a new one begins. */
  end(images: number, clock: TickClock): TickLine;
  /** The reference's line for its console, of a tick's numbers. */
  describe(line: TickLine): string;
}

const TICK_IMAGES = 4000;
/** The reference's order. */
const LOSSES = [
  ...["Loss/scores/fake", "Loss/signs/fake", "Loss/G/loss", "Loss/pl_penalty", "Loss/G/reg", "Loss/scores/real"],
  ...["Loss/signs/real", "Loss/D/loss", "Loss/r1_penalty", "Loss/D/reg"],
];
const PHASES = ["Gmain", "Greg", "Dmain", "Dreg"];

interface Sums {
  num: number;
  sum: number;
  squares: number;
}

/** @param options - The model's: weights of the regularisers. @param ticksBefore - Ticks of the run so far. */
export function createTickStats(options: JsonObject, ticksBefore: number, imagesBefore: number): TickStats {
  let sums = new Map<string, Sums>();
  const previous = new Map<string, Collected>();
  let tick = ticksBefore;
  let begunAt = imagesBefore;
  let begun: TickClock | undefined;
  let augment = 0;
  const put = (name: string, value: number): void => {
    const entry = sums.get(name) ?? { num: 0, sum: 0, squares: 0 };
    sums.set(name, { num: entry.num + 1, sum: entry.sum + value, squares: entry.squares + value * value });
  };
  const derived: Readonly<Record<string, (value: number) => readonly [string, number]>> = {
    "scores/fake": (value) => ["Loss/signs/fake", Math.sign(value)],
    "scores/real": (value) => ["Loss/signs/real", Math.sign(value)],
    pl_penalty: (value) => ["Loss/G/reg", value * Number(options.pathLengthWeight)],
    r1_penalty: (value) => ["Loss/D/reg", (value * Number(options.r1Gamma)) / 2],
  };
  /** As in the reference, a number that was not seen in this tick stays what it was. */
  const collect = (name: string): Collected => {
    const entry = sums.get(name);
    if (!entry) return previous.get(name) ?? { num: 0, mean: null, std: null };
    const mean = entry.sum / entry.num;
    const collected = { num: entry.num, mean, std: Math.sqrt(Math.max(0, entry.squares / entry.num - mean * mean)) };
    previous.set(name, collected);
    return collected;
  };
  return {
    add({ observed, augmentProbability = 0, ms }) {
      for (const [name, values] of Object.entries(observed))
        for (const value of values) {
          put(`Loss/${name}`, value);
          if (derived[name]) put(...derived[name](value));
        }
      for (const phase of PHASES) if (ms[phase] !== undefined) put(`Timing/${phase}`, ms[phase]);
      augment = augmentProbability;
    },
    isDue: (images) => tick === 0 || images >= begunAt + TICK_IMAGES,
    end(images, clock) {
      const from = begun ?? { seconds: 0, savingSeconds: 0 };
      const [spent, maintenance] = [clock.seconds - from.seconds, clock.savingSeconds - from.savingSeconds];
      const total = clock.seconds + clock.savingSeconds;
      const one = (value: number): Collected => ({ num: 1, mean: value, std: 0 });
      const line: TickLine = {
        ...Object.fromEntries(LOSSES.map((name) => [name, collect(name)])),
        "Progress/tick": one(tick),
        "Progress/kimg": one(images / 1000),
        "Timing/total_sec": one(total),
        "Timing/sec_per_tick": one(spent),
        "Timing/sec_per_kimg": one((1000 * spent) / Math.max(1, images - begunAt)),
        "Timing/maintenance_sec": one(maintenance),
        "Resources/cpu_mem_gb": one(process.memoryUsage.rss() / 2 ** 30),
        "Resources/peak_gpu_mem_gb": one(0),
        "Progress/augment": one(augment),
        "Timing/total_hours": one(total / 3600),
        "Timing/total_days": one(total / 86400),
        ...Object.fromEntries(PHASES.map((phase) => [`Timing/${phase}`, collect(`Timing/${phase}`)])),
        timestamp: Date.now() / 1000,
      };
      tick++;
      begunAt = images;
      begun = clock;
      sums = new Map();
      return line;
    },
    describe(line) {
      const mean = (name: string): number => {
        const entry = line[name];
        return typeof entry === "number" ? entry : (entry?.mean ?? 0);
      };
      return [
        `tick ${mean("Progress/tick")}`,
        `kimg ${mean("Progress/kimg").toFixed(1)}`,
        `time ${mean("Timing/total_sec").toFixed(0)} s`,
        `sec/tick ${mean("Timing/sec_per_tick").toFixed(1)}`,
        `sec/kimg ${mean("Timing/sec_per_kimg").toFixed(2)}`,
        `maintenance ${mean("Timing/maintenance_sec").toFixed(1)}`,
        `cpumem ${mean("Resources/cpu_mem_gb").toFixed(2)}`,
        `augment ${mean("Progress/augment").toFixed(3)}`,
      ].join("   ");
    },
  };
}
