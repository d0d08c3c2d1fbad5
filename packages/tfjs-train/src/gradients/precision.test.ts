import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import * as tf from "@tensorflow/tfjs-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ready } from "../ready.ts";
import type { GradientCase } from "./cases/gradient-case.ts";
import { gradientCases } from "./cases/index.ts";
import { inDoublePrecision } from "./double-precision.ts";
import { centralDifferences, gapBetween, gradientsOf, type Orders } from "./measure.ts";
import {
  type Column,
  columns,
  formatTable,
  LARGEST_CLAIM,
  type PrecisionRow,
  parseTable,
  replaceTable,
} from "./precision-table.ts";

// PRECISION=write puts what is measured into precision.md; without it, the test fails where that claims better than is measured.
const FILE = join(import.meta.dirname, "../../precision.md");
const isWriting = process.env.PRECISION === "write";

const backends: Column[] = [];
const ops = new Map<string, GradientCase[]>();
for (const one of gradientCases) {
  const op = one.name.split(":")[0];
  ops.set(op, [...(ops.get(op) ?? []), one]);
}
const claims = parseTable(readFileSync(FILE, "utf8"));
const measured: Record<string, PrecisionRow> = {};

beforeAll(async () => {
  for (const backend of ["tensorflow", "wasm", "cpu"] as const)
    await ready({ backend }).then(
      () => backends.unshift(backend),
      () => {},
    );
  expect(backends.slice(0, 2)).toEqual(["cpu", "wasm"]);
  expect(inDoublePrecision(() => tf.tidy(() => tf.add(1, 2 ** -40).dataSync()[0]))).toBe(1 + 2 ** -40);
});

async function gapsOf(one: GradientCase): Promise<Partial<Record<Column, Orders<number>>>> {
  const gaps: Partial<Record<Column, Orders<number>>> = {};
  await tf.setBackend("cpu");
  const wanted = inDoublePrecision(() => centralDifferences(one));
  const against = (found: Orders<number[]>): Orders<number> => [gapBetween(found[0], wanted[0]), gapBetween(found[1], wanted[1])];
  gaps.float64 = against(inDoublePrecision(() => gradientsOf(one)));
  for (const backend of backends) {
    await tf.setBackend(backend);
    gaps[backend] = against(gradientsOf(one));
  }
  return gaps;
}

describe("first and second derivatives against central differences in double precision", () => {
  test.each([...ops])("%s", async (op, cases) => {
    const before = tf.memory().numTensors;
    const all: Partial<Record<Column, Orders<number>>>[] = [];
    for (const one of cases) {
      const gaps = await gapsOf(one);
      for (const [column, found] of Object.entries(gaps) as [Column, Orders<number>][])
        for (const order of [0, 1] as const)
          expect(found[order], `${one.name}, order ${order + 1}, ${column}`).toBeLessThanOrEqual(LARGEST_CLAIM[column]);
      all.push(gaps);
    }
    expect(tf.memory().numTensors, "no tensor is left").toBe(before);
    const worst = (column: Column, order: 0 | 1) => Math.max(...all.map((gaps) => gaps[column]?.[order] ?? 0));
    const here = (["float64", ...backends] as const).map((column) => [column, [worst(column, 0), worst(column, 1)]] as const);
    measured[op] = { numCases: cases.length, gaps: Object.fromEntries(here) };
    if (isWriting) return;
    expect(claims[op]?.numCases, `cases of ${op} in precision.md (write it anew with PRECISION=write)`).toBe(cases.length);
    for (const [column, gaps] of here)
      for (const order of [0, 1] as const)
        expect(gaps[order], `${column}, order ${order + 1}: precision.md claims`).toBeLessThanOrEqual(
          claims[op].gaps[column]?.[order] ?? Number.POSITIVE_INFINITY,
        );
  });

  test("the table has a line for each op and no other, and claims nothing too lax", () => {
    if (isWriting) return;
    expect(Object.keys(claims)).toEqual([...ops.keys()]);
    for (const [op, { gaps }] of Object.entries(claims))
      for (const column of columns)
        for (const gap of gaps[column] ?? []) expect(gap, `${op}, ${column}`).toBeLessThanOrEqual(LARGEST_CLAIM[column]);
  });
});

afterAll(() => {
  if (!isWriting || Object.keys(measured).length < ops.size) return;
  writeFileSync(FILE, replaceTable(readFileSync(FILE, "utf8"), formatTable(measured, claims)));
});
