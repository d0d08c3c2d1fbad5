import * as tf from "@tensorflow/tfjs-core";
import type { AdamAttributes } from "../optimizers/adam-attributes.ts";
import { defineTensorflowKernel, opAttributes, type TensorflowBackend } from "./backend.ts";

/** The largest float32 below 1. */
const LARGEST_DECAY = 1 - 2 ** -24;

/** What TensorFlow computes with: its 1 − β is the float32 one. */
const decayOf = (beta: number): number => Math.min(Math.fround(beta), LARGEST_DECAY);

/**
 * One step of Adam by TensorFlow's own ResourceApplyAdam, which goes over the values, the moments and the gradient once. Inputs and
 * outputs as of the wasm kernel of this name: nothing that is given is changed, since a variable copies a shared buffer before it writes.
 *
 * TensorFlow's form is θ ← θ − α·m/(√v + ε′) with α = η·√(1 − β₂ᵗ)/(1 − β₁ᵗ) and ε′ = ε·√(1 − β₂ᵗ): the same as PyTorch's. 1 − β₂ is
 * taken of the float32 β₂ (0.00099998713 for 0.999), so the corrections are, too: v̂ is then a mean with weights that sum to 1.
 */
export const adamStep = defineTensorflowKernel<AdamAttributes>("AdamStep", ({ inputs, backend, attributes }) => {
  const { beta1, beta2, rate, step, epsilon, l2, keep } = attributes;
  const [decay1, decay2] = [decayOf(beta1), decayOf(beta2)];
  const correction2 = Math.sqrt(1 - decay2 ** step);
  const alpha = (rate * (1 - beta1 ** step) * correction2) / (1 - decay1 ** step);
  const scalars = [0, 0, alpha, decay1, decay2, epsilon * correction2, l2, keep].map((value) => tf.scalar(value));
  const [, , , , , , l2Scalar, keepScalar] = scalars;
  const variables = [0, 1, 2].map((i) => createVariable(backend, `tfjs-train/adam/${i}`));
  const apply = (value: tf.Tensor, grad: tf.Tensor, mean: tf.Tensor, square: tf.Tensor): tf.Tensor[] => {
    const decayed = keep === 1 ? value : tf.mul(value, keepScalar);
    const slope = l2 === 0 ? grad : tf.add(grad, tf.mul(value, l2Scalar));
    [decayed, mean, square].forEach((tensor, i) => {
      assign(backend, variables[i], tensor);
    });
    if (decayed !== value) decayed.dispose(); // then the variable alone has it, and writes where it stands
    const settings = opAttributes(backend, { use_locking: false, use_nesterov: false });
    backend.executeMultipleOutputs("ResourceApplyAdam", settings, [...variables, ...scalars.slice(0, 6), slope], 0);
    return variables.map((variable) =>
      backend.executeSingleOutput("ReadVariableOp", opAttributes(backend, {}, ["dtype"]), [variable]),
    );
  };
  try {
    const count = Object.keys(inputs).length / 4;
    const operand = (name: string, i: number) => inputs[`${name}${i}`] as tf.Tensor; // the engine's own tensors
    return Array.from({ length: count }, (_, i) =>
      tf.tidy(() => apply(operand("value", i), operand("grad", i), operand("mean", i), operand("square", i))),
    ).flat();
  } finally {
    for (const variable of variables) destroyVariable(backend, variable);
    tf.dispose(scalars);
  }
});

/** A variable of TensorFlow's; what it holds may be of any shape. */
function createVariable(backend: TensorflowBackend, name: string): tf.Tensor {
  const { TF_ATTR_SHAPE: type } = backend.binding;
  const settings = opAttributes(backend, { container: "", shared_name: name }, ["dtype"]);
  return backend.executeSingleOutput("VarHandleOp", [...settings, { name: "shape", type, value: [] }], []);
}

function assign(backend: TensorflowBackend, variable: tf.Tensor, value: tf.Tensor): void {
  backend.executeMultipleOutputs("AssignVariableOp", opAttributes(backend, {}, ["dtype"]), [variable, value], 0);
}

function destroyVariable(backend: TensorflowBackend, variable: tf.Tensor): void {
  backend.executeMultipleOutputs("DestroyResourceOp", opAttributes(backend, { ignore_lookup_error: true }, []), [variable], 0);
  variable.dispose();
}
