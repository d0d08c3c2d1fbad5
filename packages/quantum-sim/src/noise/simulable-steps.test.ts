import { expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { identity } from "../complex-matrix.ts";
import { defineGate } from "../gate.ts";
import { H, MultiRZ, RX } from "../gates/index.ts";
import { simulate } from "../simulate.ts";
import { krausChannel } from "./channel.ts";
import { bitFlip } from "./channels.ts";
import { isChannel } from "./noisy-circuit.ts";
import { simulableSteps } from "./simulable-steps.ts";

test("gates on many wires become what they are made of, on their wires", () => {
  const few = [RX.on([0], 0.1), bitFlip(0.1).on([2])];
  const steps = simulableSteps([...few, MultiRZ(5).on([5, 4, 3, 2, 1], { weight: 7 })]);
  expect(steps.slice(0, 2)).toEqual(few);
  expect(steps.every(({ wires }) => wires.length <= 3)).toBe(true);
  const circuit = { numQubits: 6, weightShape: [8] };
  const weights = [0, 0, 0, 0, 0, 0, 0, 0.7];
  const prepare = [0, 1, 2, 3, 4, 5].map((wire) => H.on([wire]));
  const wanted = simulate(
    createCircuit({ ...circuit, operations: [...prepare, MultiRZ(5).on([5, 4, 3, 2, 1], { weight: 7 })] }),
    { weights },
  );
  const gates = steps.slice(2).flatMap((step) => (isChannel(step) ? [] : [step]));
  const found = simulate(createCircuit({ ...circuit, operations: [...prepare, ...gates] }), { weights });
  wanted.re.forEach((x, i) => {
    expect(found.re[i]).toBeCloseTo(x, 13);
    expect(found.im[i]).toBeCloseTo(wanted.im[i], 13);
  });
});

test("what is not known by parts is refused", () => {
  const wide = defineGate({
    name: "Wide",
    numWires: 5,
    numAngles: 2,
    matrix: () => identity(32),
    derivative: () => identity(32),
  });
  expect(() => simulableSteps([wide.on([0, 1, 2, 3, 4], { weight: 0 }, { weight: 1 })])).toThrow(
    "[Wide] on [0, 1, 2, 3, 4] acts on 5 wires; with noise at most 3. Write it as gates on fewer wires.",
  );
  expect(() => simulableSteps([krausChannel("still", [identity(16)]).on([0, 1, 2, 3])])).toThrow(
    "[still] on [0, 1, 2, 3] acts on 4 wires",
  );
});
