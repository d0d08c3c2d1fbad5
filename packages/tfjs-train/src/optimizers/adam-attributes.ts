/** Scalars of one step of Adam, as the backends' kernels are told them; see kernels/_elementwise.ts. */
export interface AdamAttributes {
  readonly beta1: number;
  readonly beta2: number;
  /** t, from 1. */
  readonly step: number;
  /** η / (1 − β₁ᵗ) */
  readonly rate: number;
  /** √(1 − β₂ᵗ) */
  readonly correction2: number;
  readonly epsilon: number;
  /** Weight decay that is added to the gradient. */
  readonly l2: number;
  /** What decoupled weight decay leaves of the weight. */
  readonly keep: number;
}
