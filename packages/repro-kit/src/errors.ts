const MARKER = Symbol.for("qgan.usage-error");

/** A mistake that the caller can fix. `UsageError.isInstance` works across bundled copies of this file. */
export class UsageError extends Error {
  readonly [MARKER] = true;
  override readonly name = "UsageError";

  static isInstance(value: unknown): value is UsageError {
    return value instanceof Error && MARKER in value;
  }
}

/**
 * Throws `UsageError("[scope] message")` unless `condition` holds.
 * The message says what was expected, what came, and how to fix it; it is a sentence that ends with a full stop.
 */
export function expect(condition: unknown, scope: string, message: string | (() => string)): asserts condition {
  if (!condition) throw new UsageError(`[${scope}] ${typeof message === "string" ? message : message()}`);
}
