import { type Angle, scaled } from "../angle.ts";
import { defineControlled, type Gate, type Operation } from "../gate.ts";
import { CNOT, control, H, PhaseShift, RX, RY, RZ, S, Sdg, SWAP, Toffoli, U1, X, Y, Z } from "../gates/index.ts";

/** Controls from which a gate is taken apart here; with fewer its matrix says how. */
const LEAST_CONTROLS = 6;

/**
 * X, Y, Z, SWAP, a rotation or a phase under many controls, as gates with fewer: O(k²) of Toffoli for k controls. Undefined for others.
 *
 * @see Barenco et al. 1995, arXiv:quant-ph/9503016, lemmas 7.3 and 7.9
 */
export function manyControls({ gate, wires, angles }: Operation): Operation[] | undefined {
  if (!gate.controlled || gate.controlled.numControls < LEAST_CONTROLS) return undefined;
  const { gate: base, numControls } = gate.controlled;
  const controls = wires.slice(0, numControls);
  const [target, second] = wires.slice(numControls);
  const [angle] = angles;
  switch (base) {
    case RX:
      return [H.on([target]), ...rotation(RZ, controls, target, angle), H.on([target])];
    case RY:
    case RZ:
      return rotation(base, controls, target, angle);
    case PhaseShift:
    case U1:
      return phase(controls, target, angle);
    case Z:
      return phase(controls, target, Math.PI);
    case X:
      return [H.on([target]), ...phase(controls, target, Math.PI), H.on([target])];
    case SWAP: {
      const exchange = CNOT.on([second, target]);
      return [exchange, control(X, numControls + 1).on([...controls, target, second]), exchange];
    }
    case Y:
      return [Sdg.on([target]), H.on([target]), ...phase(controls, target, Math.PI), H.on([target]), S.on([target])];
  }
  return undefined;
}

/** e^{iθ} where all are 1: RZ(θ), and half the phase on the controls. */
function phase(controls: readonly number[], target: number, angle: Angle): Operation[] {
  const half = control(PhaseShift, controls.length - 1).on(controls, scaled(angle, 0.5));
  return [...rotation(RZ, controls, target, angle), half];
}

/** RY or RZ, which X turns round: half of it by one control, and half of it back unless all the others are 1. */
function rotation(gate: Gate, controls: readonly number[], target: number, angle: Angle): Operation[] {
  const [first, ...others] = controls;
  const turned = (share: number) => defineControlled(`C${gate.name}`, gate).on([first, target], scaled(angle, share));
  const flip = flipWhereAll(others, target, [first]);
  return [turned(0.5), ...flip, turned(-0.5), ...flip];
}

/** X where all controls are 1, with the help of at least one other wire in any state, which is left as it was. */
function flipWhereAll(controls: readonly number[], target: number, others: readonly number[]): Operation[] {
  if (controls.length <= 2) return [(controls.length === 1 ? CNOT : Toffoli).on([...controls, target])];
  const [helper] = others;
  const half = Math.ceil(controls.length / 2);
  const [left, right] = [controls.slice(0, half), controls.slice(half)];
  const collect = flipWhereAll(left, helper, [...right, target]);
  const pass = flipWhereAll([...right, helper], target, left);
  return [...collect, ...pass, ...collect, ...pass];
}
