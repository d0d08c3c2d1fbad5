import type { Fact } from "../facts.ts";
import { createProgress, type ProgressStream } from "../progress/progress.ts";

export interface LabConsoleOptions {
  /** Facts as JSON lines on `out`, and nothing else there. */
  readonly json: boolean;
  readonly out: ProgressStream;
  readonly err: ProgressStream;
}

/** Where a command's facts go: progress and notes on stderr, results on stdout; or every fact as a line of JSON. */
export interface LabConsole {
  fact(fact: Fact): void;
  lines(lines: readonly string[]): void;
  end(): void;
}

export function createConsole({ json, out, err }: LabConsoleOptions): LabConsole {
  const progress = createProgress({ stream: err });
  return {
    fact(fact) {
      if (json) out.write(`${JSON.stringify(fact)}\n`);
      else if (fact.kind === "progress") progress.show(fact);
      else if (fact.kind === "note") progress.say(fact.text);
      else if (fact.kind === "file") progress.say(`${fact.what}: ${fact.path}`);
    },
    lines(lines) {
      if (json) return;
      progress.end();
      for (const line of lines) out.write(`${line}\n`);
    },
    end: () => progress.end(),
  };
}
