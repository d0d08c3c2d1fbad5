import * as tf from "@tensorflow/tfjs-core";

/**
 * Whether the current backend has a fused kernel and may use it here. A fused kernel has no derivative of its own, so it serves
 * the first order only: forwards under at most one gradient, backwards under none. Deeper, the composition of plain ops runs.
 *
 * @param maxDepth - Gradients around this call: 1 for a forward pass, 0 for a backward one.
 */
export function hasFused(kernel: string, maxDepth: 0 | 1): boolean {
  return gradientDepth() <= maxDepth && tf.getKernel(kernel, tf.getBackend()) !== undefined;
}

interface EngineState {
  readonly gradientDepth: number;
  kernelDepth: number;
  activeTape: { readonly saved: readonly tf.Tensor[] }[] | null;
}

function engineState(): EngineState {
  return (tf.engine() as unknown as { state: EngineState }).state; // public in tfjs-core 4, though its types leave it out
}

/** Computes something that no derivative goes through (indices, masks): it is not recorded, as if it were inside a kernel. */
export function offTape<T>(compute: () => T): T {
  const state = engineState();
  state.kernelDepth++;
  try {
    return compute();
  } finally {
    state.kernelDepth--;
  }
}

/** How many gradients are being recorded around this call. */
export function gradientDepth(): number {
  return engineState().gradientDepth;
}

/** After a failure inside a gradient: disposes what the tape had saved, which the engine would keep for ever. */
export function discardTape(): void {
  const state = engineState();
  if (state.gradientDepth > 0) return; // an outer gradient still needs it
  for (const { saved } of state.activeTape ?? []) for (const tensor of saved) tensor.dispose();
  state.activeTape = null;
}

/** Runs a fused kernel; the caller knows how many outputs it has. */
export function runFused(kernel: string, inputs: Record<string, tf.Tensor>, attributes: object): tf.Tensor[] {
  const outputs: unknown = tf.engine().runKernel(kernel, inputs, attributes as tf.NamedAttrMap); // plain numbers only
  return [outputs].flat() as tf.Tensor[];
}

/** Tensors that were kept inside a tape or a custom gradient, as ordinary ones of the current scope. */
export function adopt<T extends tf.Tensor>(kept: T): T {
  const tracked = tf.clone(kept);
  kept.dispose();
  return tracked;
}
