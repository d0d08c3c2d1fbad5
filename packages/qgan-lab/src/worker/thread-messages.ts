import { UsageError } from "repro-kit";
import type { Fact } from "../facts.ts";

/** What the worker thread is given. */
export interface ThreadInput {
  readonly task: string;
  readonly options: unknown;
  /** One shared 32-bit word; not 0 means "stop after the step in hand". */
  readonly stopFlag: SharedArrayBuffer;
}

/** What the worker thread says. */
export type ThreadMessage =
  | { readonly type: "fact"; readonly fact: Fact }
  | { readonly type: "done"; readonly result: unknown }
  | { readonly type: "failed"; readonly failure: Failure };

/** An error as plain data, since classes do not pass between threads. */
export interface Failure {
  readonly message: string;
  readonly stack?: string;
  readonly isUsageError: boolean;
}

export function packError(error: unknown): Failure {
  const isUsageError = UsageError.isInstance(error);
  if (!(error instanceof Error)) return { message: String(error), isUsageError };
  return { message: error.message, isUsageError, ...(error.stack ? { stack: error.stack } : {}) };
}

export function unpackError({ message, stack, isUsageError }: Failure): Error {
  const error = isUsageError ? new UsageError(message) : new Error(message);
  if (stack) error.stack = stack;
  return error;
}
