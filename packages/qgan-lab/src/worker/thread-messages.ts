import { UsageError } from "repro-kit";
import type { Fact } from "../facts.ts";
import { explainSystemError } from "../run-folder/system-error.ts";

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
  readonly name: string;
  readonly message: string;
  readonly stack?: string;
  readonly isUsageError: boolean;
}

export function packError(given: unknown): Failure {
  const error = explainSystemError(given);
  const isUsageError = UsageError.isInstance(error);
  if (!(error instanceof Error)) return { name: "Error", message: String(error), isUsageError };
  return { name: error.name, message: error.message, isUsageError, ...(error.stack ? { stack: error.stack } : {}) };
}

export function unpackError({ name, message, stack, isUsageError }: Failure): Error {
  if (isUsageError) return new UsageError(message);
  const error = new Error(message);
  error.name = name;
  if (stack) error.stack = stack;
  return error;
}
