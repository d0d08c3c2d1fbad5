import { type Angle, scaled } from "../angle.ts";
import { defineControlled, type Operation } from "../gate.ts";
import { CNOT, PhaseShift, RY, RZ } from "../gates/index.ts";
import { eulerAngles } from "./euler-angles.ts";

/**
 * A gate on one wire under controls, as controlled rotations and phases; with numbers and one control as two CNOTs. Undefined for free
 * angles of a gate that is no Rot, U2 or U3.
 *
 * @see Barenco et al. 1995, arXiv:quant-ph/9503016, lemma 4.3 and corollary 5.3
 */
export function controlledSingle({ gate, wires, angles }: Operation): Operation[] | undefined {
  if (gate.controlled?.gate.numWires !== 1) return undefined;
  const { gate: base, numControls } = gate.controlled;
  const controls = wires.slice(0, numControls);
  const target = wires[numControls];
  if (angles.every((angle) => typeof angle === "number")) {
    const { alpha, phi, theta, lambda } = eulerAngles(base.matrix(angles));
    if (numControls > 1) return [...turns(controls, target, phi, theta, lambda), phase(controls, alpha)];
    const [control] = controls;
    return [
      RZ.on([target], (lambda - phi) / 2),
      CNOT.on([control, target]),
      RZ.on([target], -(phi + lambda) / 2),
      RY.on([target], -theta / 2),
      CNOT.on([control, target]),
      RY.on([target], theta / 2),
      RZ.on([target], phi),
      PhaseShift.on([control], alpha),
    ];
  }
  const [a, b, c] = angles;
  if (base.name === "Rot") return turns(controls, target, c, b, a);
  // U3(θ, φ, λ) = e^{i(φ+λ)/2}·RZ(φ)·RY(θ)·RZ(λ), and U2(φ, λ) = U3(π/2, φ, λ).
  if (base.name !== "U3" && base.name !== "U2") return undefined;
  const [theta, phi, lambda] = base.name === "U3" ? [a, b, c] : [Math.PI / 2, a, b];
  const phases = [phi, lambda].map((angle) => phase(controls, scaled(angle, 0.5)));
  return [...turns(controls, target, phi, theta, lambda), ...phases];
}

/** RZ(φ)·RY(θ)·RZ(λ) under controls. */
function turns(controls: readonly number[], target: number, phi: Angle, theta: Angle, lambda: Angle): Operation[] {
  const controlledRz = defineControlled(`C${controls.length}RZ`, RZ, controls.length);
  const controlledRy = defineControlled(`C${controls.length}RY`, RY, controls.length);
  const wires = [...controls, target];
  // Of a diagonal gate.
  if (theta === 0 && typeof phi === "number" && typeof lambda === "number") return [controlledRz.on(wires, phi + lambda)];
  return [controlledRz.on(wires, lambda), controlledRy.on(wires, theta), controlledRz.on(wires, phi)];
}

/** e^{iα} where all of these are 1. */
function phase(wires: readonly number[], alpha: Angle): Operation {
  const gate = wires.length === 1 ? PhaseShift : defineControlled(`C${wires.length - 1}Phase`, PhaseShift, wires.length - 1);
  return gate.on(wires, alpha);
}
