import type { Circuit } from "./circuit.ts";
import type { Call, Engine, Precision } from "./executable.ts";
import { addProductTorques, composeProduct, type ProductSizes, writeLayerAngles } from "./layered-angles.ts";
import { BACKWARD, createLayeredMemory, FORWARD, type LayeredArrays } from "./layered-memory.ts";
import type { LayeredProgram } from "./layered-program.ts";
import { addStepGradients, composeSteps, createStepTable } from "./step-table.ts";

export interface LayeredEngineOptions {
  readonly count: number;
  readonly sharedInputs: boolean;
  readonly precision: Precision;
  readonly memoryLimitBytes: number;
  /** Threads that share the work; 1: only the caller's. */
  readonly threads: number;
}

/** Runs a layered program on the batched kernel; angles are prepared and their slopes collected here, in float64. See kernel.md. */
export function createLayeredEngine(circuit: Circuit, program: LayeredProgram, options: LayeredEngineOptions): Engine {
  const { count, sharedInputs } = options;
  const { numInputs, numWeights, numQubits: n } = circuit;
  const { isComplex } = program;
  const L = program.layers.length;
  const memory = createLayeredMemory(program, options);
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
  const weightSlopes = new Float64Array(count * numWeights);
  let inputSlopes = new Float64Array(0);
  const perSample = sharedInputs ? 1 : count;
  const sizesOf = (batch: number): ProductSizes => ({ batch, count, numQubits: n, rows, sharedInputs });
  const torque = new Float64Array(3);
  const layerTorques = new Float64Array(3 * count * n);
  let ticket = 0;

  const resize = (batch: number): void => {
    if (qubits.length === 4 * batch * count * n) return;
    encoded = new Float64Array(4 * batch * perSample * n);
    encodingHalves = new Float64Array(2 * batch * perSample * encoding.numSteps);
    qubits = new Float64Array(4 * batch * count * n);
    torques = new Float64Array(3 * batch * perSample * n);
    inputSlopes = new Float64Array(batch * perSample * numInputs);
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
    composeProduct(sizesOf(batch), encoded, turned, qubits, arrays.amplitudes);
    return arrays;
  };

  /** Slopes of the product state: those of the first layer's turns, summed over the batch, and those of the encodings. */
  const addFirstLayer = ({ contractions }: LayeredArrays, batch: number, weights: Float64Array, inputs: Float64Array): void => {
    torques.fill(0);
    addProductTorques(sizesOf(batch), contractions, qubits, turned, layerTorques, torques);
    for (let c = 0; c < count; c++)
      for (let q = 0; q < n; q++) {
        const from = 3 * (c * n + q);
        for (let i = 0; i < 3; i++) torque[i] = layerTorques[from + i];
        addStepGradients(turns, q, torque, turnHalves, c * turns.numSteps, weights, c * numWeights);
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
        const y = overlaps[3 * at + 1];
        if (isComplex) {
          const cos = phasesAfter[2 * at];
          const sin = phasesAfter[2 * at + 1];
          const x = overlaps[3 * at];
          torque[0] = cos * x - sin * y;
          torque[1] = sin * x + cos * y;
          torque[2] = overlaps[3 * at + 2];
        } else {
          torque[0] = torque[2] = 0;
          torque[1] = y;
        }
        addStepGradients(turns, row, torque, turnHalves, c * turns.numSteps, weights, c * numWeights);
      }
  };

  return {
    close: memory.close,
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
      const weights = weightSlopes.fill(0);
      const inputs = inputSlopes.fill(0);
      addFirstLayer(arrays, call.batch, weights, inputs);
      addLaterLayers(arrays, weights);
      gradients.weights.set(weights);
      gradients.inputs.set(inputs);
    },
  };
}
