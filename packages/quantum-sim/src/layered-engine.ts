import type { Circuit } from "./circuit.ts";
import type { Call, Engine, FloatArray, Precision } from "./executable.ts";
import { productTorque, writeLayerAngles } from "./layered-angles.ts";
import { BACKWARD, createLayeredMemory, FORWARD, type LayeredArrays } from "./layered-memory.ts";
import type { LayeredProgram } from "./layered-program.ts";
import { multiplyInPlace, turnBackBy } from "./quaternion.ts";
import { addStepGradients, composeSteps, createStepTable } from "./step-table.ts";

export interface LayeredEngineOptions {
  readonly count: number;
  readonly sharedInputs: boolean;
  readonly precision: Precision;
  readonly memoryLimitBytes: number;
}

/** Runs a layered program on the batched kernel; angles are prepared and their slopes collected here, in float64. See kernel.md. */
export function createLayeredEngine(circuit: Circuit, program: LayeredProgram, options: LayeredEngineOptions): Engine {
  const { count, sharedInputs, precision } = options;
  const { numInputs, numWeights, numQubits: n } = circuit;
  const L = program.layers.length;
  const memory = createLayeredMemory(program, count, precision, options.memoryLimitBytes);
  const turns = createStepTable(program.layers.flat());
  const encoding = createStepTable(program.encoding);
  const rows = L * n;

  /** Turns of each circuit, [S][L][n][4], and the halves of their angles. */
  const turned = new Float64Array(4 * count * rows);
  const turnHalves = new Float64Array(2 * count * turns.numSteps);
  /** Encodings of each sample, [B][S or 1][n][4], and the halves of their angles. */
  let encoded = new Float64Array(0);
  let encodingHalves = new Float64Array(0);
  /** States of each qubit after the first layer, [B][S][n][4], as quaternions that turn |0⟩ into them. */
  let qubits = new Float64Array(0);
  /** T of each encoding, [B][S or 1][n][3]. */
  let torques = new Float64Array(0);
  const perSample = sharedInputs ? 1 : count;
  const encodingOf = (sample: number, c: number) => sample * perSample + (sharedInputs ? 0 : c);
  const torque = new Float64Array(3);
  const total = new Float64Array(3);
  let ticket = 0;

  const resize = (batch: number): void => {
    if (qubits.length === 4 * batch * count * n) return;
    encoded = new Float64Array(4 * batch * perSample * n);
    encodingHalves = new Float64Array(2 * batch * perSample * encoding.numSteps);
    qubits = new Float64Array(4 * batch * count * n);
    torques = new Float64Array(3 * batch * perSample * n);
  };

  const prepare = ({ inputs, weights, batch }: Call): LayeredArrays => {
    ticket++;
    const arrays = memory.arrays(batch);
    resize(batch);
    for (let c = 0; c < count; c++)
      composeSteps(turns, weights, c * numWeights, turned, c * rows, turnHalves, c * turns.numSteps);
    writeLayerAngles(program, count, turned, arrays);
    for (let e = 0; e < batch * perSample; e++)
      composeSteps(encoding, inputs, e * numInputs, encoded, e * n, encodingHalves, e * encoding.numSteps);
    composeQubits(arrays.amplitudes, batch);
    return arrays;
  };

  /** The first layer's turn after the encoding; its amplitudes are (a − iz, y − ix). */
  const composeQubits = (amplitudes: FloatArray, batch: number): void => {
    let at = 0;
    for (let sample = 0; sample < batch; sample++)
      for (let c = 0; c < count; c++)
        for (let q = 0; q < n; q++, at += 4) {
          const from = 4 * (encodingOf(sample, c) * n + q);
          for (let i = 0; i < 4; i++) qubits[at + i] = encoded[from + i];
          multiplyInPlace(turned, 4 * (c * rows + q), qubits, at);
          amplitudes[at] = qubits[at];
          amplitudes[at + 1] = -qubits[at + 3];
          amplitudes[at + 2] = qubits[at + 2];
          amplitudes[at + 3] = -qubits[at + 1];
        }
  };

  /** Slopes of the product state: those of the first layer's turns, summed over the batch, and those of the encodings. */
  const addFirstLayer = ({ contractions }: LayeredArrays, batch: number, weights: Float64Array, inputs: Float64Array): void => {
    torques.fill(0);
    for (let c = 0; c < count; c++)
      for (let q = 0; q < n; q++) {
        total.fill(0);
        for (let sample = 0; sample < batch; sample++) {
          const at = 4 * ((sample * count + c) * n + q);
          productTorque(contractions, qubits, at, torque);
          for (let i = 0; i < 3; i++) total[i] += torque[i];
          turnBackBy(turned, 4 * (c * rows + q), torque);
          const to = 3 * (encodingOf(sample, c) * n + q);
          for (let i = 0; i < 3; i++) torques[to + i] += torque[i];
        }
        addStepGradients(turns, q, total, turnHalves, c * turns.numSteps, weights, c * numWeights);
      }
    for (let e = 0; e < batch * perSample; e++)
      for (let q = 0; q < n; q++) {
        for (let i = 0; i < 3; i++) torque[i] = torques[3 * (e * n + q) + i];
        addStepGradients(encoding, q, torque, encodingHalves, e * encoding.numSteps, inputs, e * numInputs);
      }
  };

  /** Slopes of the later layers. The kernel's overlaps stand before e^{iα}, the phase after the layer's Ry. */
  const addLaterLayers = ({ overlaps, phasesAfter }: LayeredArrays, weights: Float64Array): void => {
    for (let c = 0; c < count; c++)
      for (let row = n; row < rows; row++) {
        const at = c * rows + row;
        const cos = program.isComplex ? phasesAfter[2 * at] : 1;
        const sin = program.isComplex ? phasesAfter[2 * at + 1] : 0;
        const x = overlaps[3 * at];
        const y = overlaps[3 * at + 1];
        torque[0] = cos * x - sin * y;
        torque[1] = sin * x + cos * y;
        torque[2] = overlaps[3 * at + 2];
        addStepGradients(turns, row, torque, turnHalves, c * turns.numSteps, weights, c * numWeights);
      }
  };

  return {
    forward(call, outputs, keep) {
      const arrays = prepare(call);
      const isRetained = keep && memory.canRetain(call.batch);
      memory.run(FORWARD, isRetained);
      outputs.set(arrays.outputs);
      return isRetained ? ticket : undefined;
    },
    backward(call, cotangent, gradients, kept) {
      const isRetained = kept !== undefined && kept === ticket;
      const arrays = isRetained ? memory.arrays(call.batch) : prepare(call);
      arrays.cotangent.set(cotangent);
      arrays.overlaps.fill(0);
      memory.run(isRetained ? BACKWARD : FORWARD | BACKWARD, isRetained);
      const weights = new Float64Array(gradients.weights.length);
      const inputs = new Float64Array(gradients.inputs.length);
      addFirstLayer(arrays, call.batch, weights, inputs);
      addLaterLayers(arrays, weights);
      gradients.weights.set(weights);
      gradients.inputs.set(inputs);
    },
  };
}
