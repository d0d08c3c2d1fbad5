import { existsSync, readdirSync } from "node:fs";
import { expect } from "vitest";
import { runCommandLine } from "./run-command-line.ts";

/** What a command said. */
export interface CommandOutput {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  /** The facts of `--json`. */
  readonly facts: readonly Record<string, unknown>[];
}

/** Runs `qgan` in this process, for tests. */
export async function runQgan(args: readonly string[], { signal = new AbortController().signal } = {}): Promise<CommandOutput> {
  let out = "";
  let err = "";
  const code = await runCommandLine(args, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    signal,
  });
  const facts = args.includes("--json")
    ? out
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line) as Record<string, unknown>)
    : [];
  return { code, out, err, facts };
}

/** Expects one sentence for the user, code 2, and no stack. */
export function expectSentence({ code, err }: CommandOutput, message: string | RegExp): void {
  expect(err).toMatch(message);
  expect(code).toBe(2);
  expect(err).not.toMatch(/\n\s+at |undefined|\[object/);
}

/** Expects that a folder is empty or absent: no zip, no run folder, no half-written file. */
export function expectNothingIn(path: string): void {
  expect(existsSync(path) ? readdirSync(path) : []).toEqual([]);
}
