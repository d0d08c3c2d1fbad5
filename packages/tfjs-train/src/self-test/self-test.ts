import * as tf from "@tensorflow/tfjs-core";
import { opCases } from "./op-cases.ts";
import { type StoredOp, storedOps } from "./stored-values.ts";

/** What became of one op on the backend in force. */
export interface OpFinding {
  readonly op: string;
  readonly isRight: boolean;
  /** Largest difference of output and gradients from the stored values, relative to 1 + the largest of them; infinite after an error. */
  readonly largestError: number;
  /** Why it is not right. */
  readonly reason?: string;
}

/** float32 through sums of up to a hundred products; wrong results differ in the first digit. */
const TOLERANCE = 1e-4;

/**
 * Computes each op that training uses, and its gradient, on the backend in force, and compares with values of PyTorch in float64
 * that are stored in this entry. Call `ready()` first. Takes a second or two.
 */
export async function selfTest(): Promise<readonly OpFinding[]> {
  const findings: OpFinding[] = [];
  for (const [op, stored] of Object.entries(storedOps)) findings.push(await testOp(op, stored));
  return findings;
}

async function testOp(op: string, stored: StoredOp): Promise<OpFinding> {
  let results: tf.Tensor[] = [];
  try {
    results = tf.tidy(() => compute(op, stored));
    const [y, ...gradients] = await Promise.all(results.map((tensor) => tensor.data()));
    if (!tf.util.arraysEqual(results[0].shape, [...stored.shape]))
      return { op, isRight: false, largestError: Number.POSITIVE_INFINITY, reason: `shape [${results[0].shape}]` };
    const errors = [differ(y, stored.y), ...gradients.map((gradient, i) => differ(gradient, stored.gradients[i]))];
    const largestError = Math.max(...errors);
    if (largestError <= TOLERANCE) return { op, isRight: true, largestError };
    const parts = ["output", "first gradient", "second gradient"].filter(
      (_, i) => !(errors[i] <= TOLERANCE) && i < errors.length,
    );
    return { op, isRight: false, largestError, reason: `wrong ${parts.join(" and ")}` };
  } catch (error) {
    return { op, isRight: false, largestError: Number.POSITIVE_INFINITY, reason: (error as Error).message.split("\n")[0] };
  } finally {
    tf.dispose(results);
  }
}

/** Output and gradients of Σ y·cos(i) by each input. */
function compute(op: string, { shapes, shape }: StoredOp): tf.Tensor[] {
  const inputs = shapes.map((size, seed) => tf.tensor(fill(size, seed), [...size]));
  const count = shape.reduce((product, length) => product * length, 1);
  const weights = tf.tensor(
    Float32Array.from({ length: count }, (_, i) => Math.cos(i)),
    [...shape],
  );
  const gradients = tf.grads((...given) => tf.sum(tf.mul(opCases[op](...given), weights)))(inputs);
  return [opCases[op](...inputs), ...gradients];
}

const fill = (shape: readonly number[], seed: number): Float32Array =>
  Float32Array.from({ length: shape.reduce((product, length) => product * length, 1) }, (_, i) => 1.5 * Math.sin(1.3 * i + seed));

/** NaN counts as infinite. */
function differ(got: ArrayLike<number>, wanted: readonly number[]): number {
  const scale = 1 + Math.max(...wanted.map(Math.abs));
  return Math.max(
    ...wanted.map((value, i) => (Number.isFinite(got[i]) ? Math.abs(got[i] - value) / scale : Number.POSITIVE_INFINITY)),
  );
}
