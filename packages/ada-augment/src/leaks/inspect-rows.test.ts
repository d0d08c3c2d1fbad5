import { createRng, type Rng } from "repro-kit";
import { ready } from "tfjs-train";
import { beforeAll, describe, expect, test } from "vitest";
import { learnInspection } from "./inspect-rows.ts";
import { type LeakRow, NUM_ORIENTED } from "./leak-rows.ts";

beforeAll(async () => {
  await ready();
});

/** Rows of two normal numbers each; an op moves the first or the second by so many deviations. */
function rowsOf(count: number, rng: Rng, moves: readonly [number, number] = [0, 0]): LeakRow[] {
  const orientation = new Array<number>(NUM_ORIENTED).fill(0);
  return Array.from({ length: count }, () => [...moves.map((move) => rng.normal() + move), ...orientation]);
}

describe("what is known of two ops, a faint and a strong one", () => {
  const rng = createRng(1);
  const moves: Readonly<Record<string, [number, number]>> = { faint: [1.5, 0], strong: [0, 6] };
  const inspect = () =>
    learnInspection({
      names: Object.keys(moves),
      plain: rowsOf(800, rng.fork("plain")),
      altered: Object.entries(moves).map(([name, move]) => rowsOf(800, rng.fork(name), move).map((row) => [row])),
      ...{ isSquare: true, rng: rng.fork("networks"), alarm: 3, steps: 100 },
    });
  const mixed = (name: string, share: number, set: number): LeakRow[] => {
    const stream = rng.fork(`a set with ${name}`, set);
    return [...rowsOf(1000 * share, stream, moves[name]), ...rowsOf(1000 * (1 - share), stream)];
  };

  test("the op is named, and its share is estimated", () => {
    const judge = inspect();
    for (const name of ["faint", "strong"])
      for (const share of [0.2, 0.3, 0.5, 0.9]) {
        const { leaked } = judge(mixed(name, share, 0));
        expect(leaked?.op).toBe(name);
        expect(Math.abs((leaked?.share ?? 0) - share)).toBeLessThan(name === "faint" ? 0.12 : 0.03);
      }
  });

  test("a tenth of faint ones is found in most sets, one strong image in two hundred is no leak, and clean sets are silent", () => {
    const judge = inspect();
    const sets = Array.from({ length: 20 }, (_, set) => set);
    expect(sets.filter((set) => judge(mixed("faint", 0.1, set)).leaked?.op === "faint").length).toBeGreaterThanOrEqual(10);
    expect(sets.filter((set) => judge(mixed("strong", 0.005, set)).leaked?.op === "strong")).toEqual([]);
    expect(sets.filter((set) => judge(mixed("faint", 0, set)).leaked)).toEqual([]);
  });
});
