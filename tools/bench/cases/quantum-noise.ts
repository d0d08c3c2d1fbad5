import { buildCircuit } from "quantum-sim";
import { amplitudeDamping, applyNoise, compileNoisy, depolarizing } from "quantum-sim/noise";
import { createRng } from "repro-kit";
import type { BenchCase } from "../bench-suite.ts";

const SIZE = { qubits: 10, layers: 6, trajectories: 1000, p1: 0.001, p2: 0.01 } as const;

/** Noisy HybridQ circuit: expectation values of 1000 trajectories, and with their gradients. */
function noisyCases(damping: number): BenchCase[] {
  const { qubits, layers, trajectories, p1, p2 } = SIZE;
  const circuit = buildCircuit("hybridq", { numQubits: qubits, numLayers: layers });
  const [one, two, decay] = [depolarizing(p1), depolarizing(p2, 2), amplitudeDamping(damping)];
  const noisy = applyNoise(circuit, {
    name: "bench",
    after: ({ wires }) =>
      wires.length === 1 ? [one.on(wires)] : [two.on(wires), ...(damping > 0 ? wires.map((wire) => decay.on([wire])) : [])],
  });
  const executable = compileNoisy(noisy, { method: "trajectories", trajectories });
  const rng = createRng(0);
  const inputs = rng.fillUniform(new Float32Array(qubits), 0, Math.PI / 2);
  const weights = rng.fillUniform(new Float32Array(circuit.numWeights), -Math.PI, Math.PI);
  const cotangent = rng.fillNormal(new Float32Array(qubits));
  const name = `noisy ${qubits} qubits, ${layers} layers, ${trajectories} trajectories, depolarising${damping > 0 ? " and damping" : ""}`;
  return [
    {
      name,
      backend: "trajectories",
      peerArguments: { work: "noisy-forward", ...SIZE, damping },
      run: () => {
        executable.run({ inputs, weights });
      },
    },
    {
      name: `${name}, with gradients`,
      backend: "trajectories",
      run: () => {
        executable.vjp({ inputs, weights, cotangent });
      },
    },
  ];
}

export const noiseCases = (): BenchCase[] => [...noisyCases(0), ...noisyCases(0.002)];
