import { checkOptions, expect, listKnown } from "repro-kit";
import type { Ansatz } from "../ansatz.ts";
import { CZ } from "../gates/controlled.ts";
import { productAngle } from "../gates/product-angle.ts";
import { Rot, RY } from "../gates/rotations.ts";

export interface DataReuploadingOptions {
  /** "weight": a feature is multiplied by a weight of its own in each layer; "none": it is the angle. Default "weight". */
  readonly scaling?: "weight" | "none";
}

const SCALINGS = ["weight", "none"];

/**
 * Data re-uploading: each layer turns qubit q by RY(w·x_q) and by Rot(φ, θ, ω), and CZ joins neighbours between layers. Weights are
 * [numLayers, numQubits, 4], (w, φ, θ, ω); [numLayers, numQubits, 3] without scaling. The features are its own: embedding "none".
 *
 * @throws UsageError if the scaling is not known.
 */
export function dataReuploadingWith(name: string, options: DataReuploadingOptions = {}): Ansatz {
  checkOptions(name, options, ["scaling"]);
  const { scaling = "weight" } = options;
  expect(SCALINGS.includes(scaling), name, () => `no scaling "${scaling}"; ${listKnown(scaling, SCALINGS)}`);
  const first = scaling === "weight" ? 1 : 0;
  return {
    name,
    source:
      "Pérez-Salinas et al. 2020, Data re-uploading for a universal quantum classifier, arXiv:1907.02085, with one feature a qubit",
    embedding: "none",
    weightShape: ({ numQubits, numLayers }) => [numLayers, numQubits, first + 3],
    *operations({ numQubits, numLayers }, { weight, input }) {
      for (let layer = 0; layer < numLayers; layer++) {
        if (layer > 0) for (let q = 0; q + 1 < numQubits; q++) yield CZ.on([q, q + 1]);
        for (let q = 0; q < numQubits; q++) {
          yield first ? productAngle(RY).on([q], weight(layer, q, 0), input(q)) : RY.on([q], input(q));
          yield Rot.on([q], weight(layer, q, first), weight(layer, q, first + 1), weight(layer, q, first + 2));
        }
      }
    },
  };
}

export const dataReuploading: Ansatz = /* @__PURE__ */ dataReuploadingWith("data-reuploading");
