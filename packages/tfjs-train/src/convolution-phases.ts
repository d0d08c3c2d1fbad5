/** What one axis of one sub-pixel phase of a convolution's input gradient needs: dx[phase + i·stride] = Σ_u w[u]·dy[i + u − low]. */
export interface Phase {
  readonly phase: number;
  /** First tap of the filter in this phase, and how many, a stride apart. */
  readonly firstTap: number;
  readonly numTaps: number;
  /** Samples of dx in this phase. */
  readonly count: number;
  /** Zeros before and after dy; negative where dy is cut. */
  readonly low: number;
  readonly high: number;
}

export interface PhaseAxis {
  readonly stride: number;
  readonly padBefore: number;
  readonly size: number;
  readonly kernel: number;
  readonly outSize: number;
}

/**
 * The phases of one axis: pixels of dx that lie a stride apart depend on every stride-th tap only, so that each phase is an
 * ordinary convolution and nothing is multiplied by the zeros that a strided gradient would be filled up with.
 *
 * @see Shi et al. 2016, "Is the deconvolution layer the same as a convolutional layer?"
 */
export function phasesOf({ stride, padBefore, size, kernel, outSize }: PhaseAxis): Phase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, phase) => {
    const firstTap = (phase + padBefore) % stride;
    const shift = (phase + padBefore - firstTap) / stride;
    const numTaps = firstTap >= kernel ? 0 : Math.ceil((kernel - firstTap) / stride);
    const count = Math.ceil((size - phase) / stride);
    const low = numTaps - 1 - shift;
    return { phase, firstTap, numTaps, count, low, high: count + numTaps - 1 - outSize - low };
  });
}
