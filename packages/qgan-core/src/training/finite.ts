import type { Params } from "tfjs-train";

/** A training that went wrong in its numbers: not the caller's mistake. The trainer's parameters are those before the update. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
  /** Step in which it happened, from 1. */
  readonly step: number;
  readonly tensor: string;
  constructor(message: string, { step, tensor }: { step: number; tensor: string }) {
    super(message);
    this.step = step;
    this.tensor = tensor;
  }
}

const REMEDY = "The last checkpoint is good. Begin a new run with lower learning rates or with gradient clipping.";

/** @throws DivergenceError that names the first number that is NaN or infinite. */
export function checkLosses(step: number, phase: string, losses: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(losses))
    if (!Number.isFinite(value))
      throw new DivergenceError(`[trainGan] step ${step}, phase ${phase}: ${name} is ${value}. ${REMEDY}`, {
        step,
        tensor: name,
      });
}

/**
 * Called when the norm of a phase's gradients is not finite: looks for the tensor to name.
 *
 * @throws DivergenceError always.
 */
export async function throwGradientDivergence(step: number, phase: string, gradients: Params): Promise<never> {
  let largest = { name: "", value: -1 };
  for (const [name, gradient] of Object.entries(gradients)) {
    for (const value of await gradient.data()) {
      if (!Number.isFinite(value))
        throw new DivergenceError(`[trainGan] step ${step}, phase ${phase}: the gradient of ${name} holds ${value}. ${REMEDY}`, {
          step,
          tensor: name,
        });
      if (Math.abs(value) > largest.value) largest = { name, value: Math.abs(value) };
    }
  }
  const message = `the gradients' norm overflows; the largest entry, ${largest.value.toExponential(1)}, is in that of ${largest.name}`;
  throw new DivergenceError(`[trainGan] step ${step}, phase ${phase}: ${message}. ${REMEDY}`, { step, tensor: largest.name });
}
