import { createRng } from "repro-kit";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ServiceError, sleep, withRetries } from "./retry.ts";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** When each attempt was made, in ms from the start, and how it ended. */
async function attempts(failures: readonly (Error | undefined)[], options = {}) {
  const times: number[] = [];
  const start = Date.now();
  const result = withRetries(
    async () => {
      const failure = failures[times.length];
      times.push(Date.now() - start);
      if (failure) throw failure;
      return "done";
    },
    options,
    createRng(0),
  ).catch((error: Error) => error.message);
  await vi.runAllTimersAsync();
  return { times, result: await result };
}
const temporary = (retryAfterMs?: number) => new ServiceError("lost", { isTemporary: true, retryAfterMs });

test("waits double, a random half left out, up to the longest", async () => {
  const { times, result } = await attempts([temporary(), temporary(), temporary(), temporary()], { baseMs: 100, maxMs: 300 });
  expect(result).toBe("done");
  const waits = times.slice(1).map((time, k) => time - times[k]);
  [100, 200, 300, 300].forEach((full, k) => {
    expect(waits[k]).toBeGreaterThanOrEqual(Math.floor(full / 2));
    expect(waits[k]).toBeLessThanOrEqual(full);
  });
});

test("what the service asks to wait is heeded", async () => {
  expect((await attempts([temporary(5000)], { baseMs: 100 })).times).toEqual([0, 5000]);
});

test("the last failure, a final one and a mistake of the program end it", async () => {
  expect(await attempts(new Array(9).fill(temporary()), { attempts: 3, baseMs: 1 })).toMatchObject({ result: "lost" });
  const final = new ServiceError("no", { isTemporary: false });
  expect(await attempts([final])).toEqual({ times: [0], result: "no" });
  expect(await attempts([new TypeError("bug")])).toEqual({ times: [0], result: "bug" });
});

test("a signal ends the wait at once", async () => {
  const stop = new AbortController();
  const waits = sleep(1e6, stop.signal);
  stop.abort(new Error("enough"));
  await expect(waits).rejects.toThrow("enough");
  await expect(sleep(1, stop.signal)).rejects.toThrow("enough");
  expect(vi.getTimerCount()).toBe(0);
});
