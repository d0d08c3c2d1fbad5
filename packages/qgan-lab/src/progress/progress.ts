import { formatDuration } from "./duration.ts";
import { formatProgress, type ProgressState } from "./progress-line.ts";

/** A stream such as process.stderr. */
export interface ProgressStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  readonly columns?: number;
}

/** The one line that tells how far things are. */
export interface Progress {
  show(state: ProgressState): void;
  /** A line that stays. */
  say(line: string): void;
  /** Removes the moving line and stops the clock. */
  end(): void;
}

export interface ProgressOptions {
  readonly stream: ProgressStream;
  /** Milliseconds between two plain lines where there is no terminal. */
  readonly plainEveryMs?: number;
  readonly now?: () => number;
}

const REDRAW_MS = 200;
const SPINNER = ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"];

/**
 * Shows progress: on a terminal one line that is rewritten five times a second, so that it moves even while a single step takes
 * seconds; elsewhere a plain line every few seconds.
 */
export function createProgress({ stream, plainEveryMs = 5000, now = Date.now }: ProgressOptions): Progress {
  const isTerminal = Boolean(stream.isTTY);
  let state: ProgressState | undefined;
  let shownAt = now();
  let beganAt = now();
  let printedAt = Number.NEGATIVE_INFINITY;
  let frame = 0;
  let timer: NodeJS.Timeout | undefined;

  /** What remains now, not when it was told. */
  const current = (): ProgressState => {
    const { secondsLeft } = state!;
    return secondsLeft === undefined ? state! : { ...state!, secondsLeft: secondsLeft - (now() - shownAt) / 1000 };
  };
  const draw = (): void => {
    if (!state) return;
    if (isTerminal) {
      const elapsed = state.secondsLeft === undefined ? ` · ${formatDuration((now() - beganAt) / 1000)}` : "";
      const columns = (stream.columns || 80) - 3 - elapsed.length;
      stream.write(
        `\r\x1b[2K${SPINNER[frame++ % SPINNER.length]} ${formatProgress(current(), { columns, withBar: true })}${elapsed}`,
      );
    } else if (now() - printedAt >= plainEveryMs) {
      printedAt = now();
      stream.write(`${formatProgress(current(), { columns: Number.POSITIVE_INFINITY, withBar: false })}\n`);
    }
  };
  const clear = (): void => {
    if (isTerminal && state) stream.write("\r\x1b[2K");
  };

  return {
    show(next) {
      if (next.part !== state?.part) {
        beganAt = now();
        printedAt = Number.NEGATIVE_INFINITY; // a new part is told at once
      }
      state = next;
      shownAt = now();
      timer ??= setInterval(draw, isTerminal ? REDRAW_MS : plainEveryMs);
      timer.unref();
      if (!isTerminal) draw();
    },
    say(line) {
      clear();
      stream.write(`${line}\n`);
      if (isTerminal) draw();
    },
    end() {
      clear();
      clearInterval(timer);
      timer = undefined;
      state = undefined;
    },
  };
}
