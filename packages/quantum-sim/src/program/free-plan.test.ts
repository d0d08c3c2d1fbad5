import { expect, test } from "vitest";
import { planFree } from "./free-plan.ts";
import type { FreeStage, MonomialItem, PhaseItem } from "./schedule.ts";

const cnot = (control: number, target: number): MonomialItem => ({
  ...{ kind: "monomial", name: "CNOT", bits: [control, target] },
  targets: [0, 1, 3, 2],
  signs: [1, 1, 1, 1],
});
const cz = (a: number, b: number): MonomialItem => ({
  ...{ kind: "monomial", name: "CZ", bits: [a, b] },
  targets: [0, 1, 2, 3],
  signs: [1, 1, 1, -1],
});
const phase = (mask: number): PhaseItem => ({ kind: "phase", terms: [{ mask, coefficient: 1 }], angle: { weight: 0 } });
const stage = (...items: FreeStage["items"]): FreeStage => ({ kind: "free", items });

test("a phase between two CNOTs becomes one of two bits, and nothing moves", () => {
  const plan = planFree(stage(cnot(1, 0), phase(1), cnot(1, 0)), 2, false);
  expect(plan.segments.map(({ entries }) => entries.map(({ mask }) => mask))).toEqual([[3]]);
  expect(plan.targets).toBeUndefined();
});

test("moves and signs are those of the gates in turn", () => {
  const plan = planFree(stage(cnot(1, 0), cz(1, 0)), 2, false);
  expect([...(plan.targets ?? [])]).toEqual([0, 1, 3, 2]);
  expect([...(plan.signs ?? [])]).toEqual([1, 1, -1, 1]); // |10⟩ → |11⟩ → −|11⟩
  expect(planFree(stage(cz(1, 0), cz(1, 0)), 2, false).signs).toBeUndefined();
});

test("phases whose masks would grow keep their own place", () => {
  const chain = [cnot(3, 2), cnot(2, 1), cnot(1, 0)];
  const plan = planFree(stage(...chain, phase(1), phase(8)), 4, false);
  expect(plan.segments.map(({ entries }) => entries.map(({ mask }) => mask))).toEqual([[8], [1]]);
  expect(plan.segments[1].targets).toEqual(plan.targets);
});

test("turns that follow get a segment after all moves", () => {
  expect(planFree(stage(cnot(1, 0)), 2, true).segments).toHaveLength(2);
  expect(planFree(stage(cz(1, 0)), 2, true).segments).toHaveLength(1);
});
