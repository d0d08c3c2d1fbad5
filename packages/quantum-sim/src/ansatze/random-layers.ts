import { checkOptions, createRng, expect, listKnown } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { type RotationName, rotationGates } from "../embeddings/angle.ts";
import type { Gate } from "../gate.ts";
import { CNOT } from "../gates/controlled.ts";

export interface RandomLayersOptions {
  /** Of the layout; default 0. Layer l depends on the seed and l only. */
  readonly seed?: number;
  /** Trainable rotations in a layer; default: as many as qubits. */
  readonly numRotations?: number;
  /** The probability of an entangler at each step, in [0, 1); default 0.3. */
  readonly entanglerFraction?: number;
  /** Default CNOT. */
  readonly entangler?: Gate;
  /** Default RX, RY, RZ. */
  readonly rotations?: readonly RotationName[];
}

const KNOWN = ["seed", "numRotations", "entanglerFraction", "entangler", "rotations"];
const ROTATIONS = ["RX", "RY", "RZ"];

/**
 * Random layers: until a layer has its rotations, a random rotation on a random qubit, or with a probability an entangler on two random
 * ones. Weights are [layer][rotation]. The rule is PennyLane's, the layout for a seed is our own.
 *
 * @throws UsageError if an option is outside its range.
 */
export function randomLayers(options: RandomLayersOptions = {}): Ansatz {
  const scope = "randomLayers";
  checkOptions(scope, options, KNOWN);
  const { seed = 0, numRotations, entanglerFraction = 0.3, entangler = CNOT, rotations = ["RX", "RY", "RZ"] } = options;
  const isCount = numRotations === undefined || (Number.isInteger(numRotations) && numRotations >= 1);
  expect(isCount, scope, `numRotations must be an integer ≥ 1; got ${numRotations}.`);
  const isFraction = entanglerFraction >= 0 && entanglerFraction < 1;
  expect(isFraction, scope, `entanglerFraction must be in [0, 1); got ${entanglerFraction}.`);
  expect(rotations.length > 0, scope, "expected at least one rotation; got none.");
  for (const rotation of rotations)
    expect(ROTATIONS.includes(rotation), scope, () => `no rotation "${rotation}"; ${listKnown(rotation, ROTATIONS)}`);
  const rng = createRng(seed).fork("random-layers");
  return {
    name: "random-layers",
    source: "PennyLane, RandomLayers",
    weightShape: ({ numQubits, numLayers }) => [numLayers, numRotations ?? numQubits],
    *operations({ numQubits, numLayers }, { weight }) {
      const wires = Array.from({ length: numQubits }, (_, wire) => wire);
      for (let layer = 0; layer < numLayers; layer++) {
        const draw = rng.fork("layer", layer);
        for (let i = 0; i < (numRotations ?? numQubits); ) {
          if (draw.uniform() >= entanglerFraction) {
            const rotation = rotations[draw.integer(rotations.length)];
            yield rotationGates[rotation].on([draw.integer(numQubits)], weight(layer, i++));
          } else if (entangler.numWires <= numQubits) yield entangler.on(draw.shuffle(wires).slice(0, entangler.numWires));
        }
      }
    },
  };
}
