import { expect, test } from "vitest";
import { CNOT, CRX, CZ, H, RX, RZ } from "../gates/index.ts";
import { everyChannel } from "./__fixtures__/every-channel.ts";
import { amplitudeDamping, bitFlip, depolarizing, generalizedAmplitudeDamping } from "./channels.ts";
import { isMove, planTrajectories } from "./trajectory-plan.ts";

test("single-qubit gates and channels gather until a gate needs the wire", () => {
  const plan = planTrajectories(2, [
    RX.on([0], 0.1),
    H.on([1]),
    bitFlip(0.1).on([0]),
    RZ.on([0], 0.2),
    CNOT.on([0, 1]),
    depolarizing(0.1, 2).on([0, 1]),
    amplitudeDamping(0.2).on([1]),
    CZ.on([0, 1]),
  ]);
  expect(plan.steps.map(({ kind, wires }) => `${kind} ${wires}`)).toEqual([
    "run 0",
    "run 1",
    "cnot 0,1",
    "run 0",
    "run 1",
    "cz 0,1",
  ]);
  expect(plan.steps.filter(isMove).length).toBe(2);
  const [first, , , third, fourth] = plan.steps;
  expect(first).toMatchObject({
    items: [
      { kind: "gate", step: 0 },
      { kind: "choice", choice: 0 },
      { kind: "gate", step: 3 },
    ],
  });
  // A word of two Paulis is one choice in two runs.
  expect(third).toMatchObject({ items: [{ kind: "choice", choice: 1 }] });
  expect(fourth).toMatchObject({
    items: [
      { kind: "choice", choice: 1 },
      { kind: "kraus", choice: 2, bound: expect.closeTo(0.8, 14) },
    ],
  });
  expect(plan.stepsOfChoice).toEqual([[0], [3, 4], [4]]);
  expect(plan.choices[2]).toEqual([expect.closeTo(0.8, 14), expect.closeTo(0.2, 14)]);
  expect(plan.choices[1].length).toBe(16);
  expect(plan.hasKraus).toBe(true);
});

test("the usual Kraus operator is the one that every state makes likely", () => {
  const plan = planTrajectories(1, [generalizedAmplitudeDamping(0.3, 0.9).on([0])]);
  // √p·diag(√(1−γ), 1), at least as likely as p(1−γ).
  expect(plan.steps[0]).toMatchObject({ items: [{ kind: "kraus", bound: expect.closeTo(0.9 * 0.7, 14) }] });
});

test("what is no product of single-qubit matrices acts on its wires", () => {
  expect(planTrajectories(2, [CRX.on([1, 0], 0.3)]).steps).toEqual([{ kind: "gate", step: 0, wires: [1, 0] }]);
  const kinds = planTrajectories(3, everyChannel.steps).steps.map(({ kind, wires }) => `${kind} ${wires}`);
  for (const kind of ["gate 2,0", "gate 0,1", "gate 2,1,0", "choice 2,0", "kraus 0,2"]) expect(kinds).toContain(kind);
});
