/** One axis of one phase of a convolution's input gradient: dx[phase + i·stride] = Σ_taps w[tap]·dy[i + shift]. */
export interface AxisPhase {
  readonly phase: number;
  /** Samples of dx in this phase. */
  readonly count: number;
  /** Taps of the filter that reach them, and where in dy, counted from i; in the order of dy, as it lies in memory. */
  readonly taps: readonly { readonly tap: number; readonly shift: number }[];
}

export interface Axis {
  readonly stride: number;
  readonly padBefore: number;
  readonly dilation: number;
  readonly size: number;
  readonly kernel: number;
}

/**
 * The phases of one axis: samples of dx that lie a stride apart depend on the same taps, so that each phase is an ordinary
 * convolution of dy and nothing is multiplied by the zeros that a strided gradient would be filled up with.
 *
 * From x[o·stride + tap·dilation − padBefore]·w[tap] in y[o]: o = i + (phase + padBefore − tap·dilation)/stride, where that is whole.
 */
export function axisPhases({ stride, padBefore, dilation, size, kernel }: Axis): AxisPhase[] {
  return Array.from({ length: Math.min(stride, size) }, (_, phase) => ({
    phase,
    count: Math.ceil((size - phase) / stride),
    taps: Array.from({ length: kernel }, (_, tap) => ({ tap, shift: (phase + padBefore - tap * dilation) / stride }))
      .filter(({ shift }) => Number.isInteger(shift))
      .reverse(),
  }));
}
