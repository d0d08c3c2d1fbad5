import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { createProgress } from "./progress.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

function createStream(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, columns: 60, written, write: (text: string) => written.push(text) };
}

it("rewrites one line on a terminal, also when nothing new is told", () => {
  const stream = createStream(true);
  const progress = createProgress({ stream });
  progress.show({ part: "Training", fraction: 0.1, secondsLeft: 10 });
  vi.advanceTimersByTime(2000);
  expect(stream.written.length).toBe(10);
  for (const text of stream.written) {
    expect(text.startsWith("\r\x1b[2K")).toBe(true);
    expect(text).not.toContain("\n");
    expect(text.length - 5).toBeLessThan(60);
  }
  expect(stream.written.at(-1)).toContain("8.0 s left");
  progress.say("snapshot saved");
  expect(stream.written.at(-2)).toBe("snapshot saved\n");
  progress.end();
  const count = stream.written.length;
  vi.advanceTimersByTime(2000);
  expect(stream.written.length).toBe(count);
});

it("writes plain lines elsewhere: at once for a new part, then every few seconds", () => {
  const stream = createStream(false);
  const progress = createProgress({ stream, plainEveryMs: 5000 });
  progress.show({ part: "Reading" });
  progress.show({ part: "Training", fraction: 0.1 });
  for (let step = 0; step < 100; step++) {
    vi.advanceTimersByTime(100);
    progress.show({ part: "Training", fraction: step / 100 });
  }
  expect(stream.written.map((line) => line.trim().split(" ")[0])).toEqual(["Reading", "Training", "Training", "Training"]);
  expect(stream.written.join("")).not.toContain("\x1b");
  progress.end();
});
