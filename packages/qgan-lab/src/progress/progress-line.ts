import { formatCount, formatDuration } from "./duration.ts";

/** Where a long computation stands; everything but the name is told when known. */
export interface ProgressState {
  /** What is being done: "Training mel". */
  readonly part: string;
  /** Share done, in [0, 1]. */
  readonly fraction?: number;
  /** What is counted: "step", "image", "epoch". */
  readonly unit?: string;
  readonly done?: number;
  readonly total?: number;
  readonly imagesPerSecond?: number;
  readonly secondsLeft?: number;
  /** Numbers to show by name, e.g. losses. */
  readonly values?: Readonly<Record<string, number>>;
}

const BAR_CELLS = 16;
const EIGHTHS = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"];

/** A bar of sixteen cells, drawn to an eighth of a cell. */
export function drawBar(fraction: number): string {
  const eighths = Math.round(Math.min(1, Math.max(0, fraction)) * BAR_CELLS * 8);
  const full = "█".repeat(Math.floor(eighths / 8)) + EIGHTHS[eighths % 8];
  return full + "·".repeat(BAR_CELLS - full.length);
}

/**
 * One line on a computation, cut to the width of the terminal.
 *
 * @param columns - Width; Infinity for a log.
 */
export function formatProgress(state: ProgressState, { columns, withBar }: { columns: number; withBar: boolean }): string {
  const { part, fraction, unit, done, total, imagesPerSecond, secondsLeft, values = {} } = state;
  const pieces: string[] = [];
  if (done !== undefined) pieces.push(`${unit ?? "step"} ${formatCount(done)}${total ? `/${formatCount(total)}` : ""}`);
  if (imagesPerSecond !== undefined && Number.isFinite(imagesPerSecond)) pieces.push(`${formatCount(imagesPerSecond)} images/s`);
  if (secondsLeft !== undefined && Number.isFinite(secondsLeft)) pieces.push(`${formatDuration(Math.max(0, secondsLeft))} left`);
  const numbers = Object.entries(values).map(([name, value]) => `${name} ${value.toPrecision(3)}`);
  if (numbers.length > 0) pieces.push(numbers.join(" "));
  const share = fraction === undefined ? "" : `${String(Math.floor(fraction * 100)).padStart(3)} %`;
  const head =
    withBar && fraction !== undefined ? `${part} ${drawBar(fraction)}${share}` : share ? `${part} ${share.trim()}` : part;
  const line = [head, ...pieces].join(" · ");
  return line.length <= columns ? line : `${line.slice(0, Math.max(0, columns - 1))}…`;
}
