import type { Rng } from "repro-kit";

/** What went wrong on the way to a service. */
export class ServiceError extends Error {
  override readonly name = "ServiceError";
  /** Whether the same request may succeed later. */
  readonly isTemporary: boolean;
  /** How long the service asks to wait. */
  readonly retryAfterMs: number | undefined;
  /** Whether the service does not know what was asked for, or does not keep it any more. */
  readonly isGone: boolean;
  constructor(
    message: string,
    options: { isTemporary: boolean; retryAfterMs?: number | undefined; isGone?: boolean; cause?: unknown },
  ) {
    super(message, { cause: options.cause });
    this.isTemporary = options.isTemporary;
    this.retryAfterMs = options.retryAfterMs;
    this.isGone = options.isGone ?? false;
  }
}

export interface RetryOptions {
  /** Attempts in all; default 6. */
  readonly attempts?: number;
  /** Wait before the second attempt, doubled before each further one; default 500. */
  readonly baseMs?: number;
  /** The longest wait; default 30000. */
  readonly maxMs?: number;
}

/**
 * Tries until it succeeds, fails for good or has tried often enough; between attempts it waits baseMs·2^k, of which a random half is left
 * out so that clients do not come back together.
 *
 * @throws The last error; the signal's reason if it is aborted.
 */
export async function withRetries<T>(
  attempt: () => Promise<T>,
  { attempts = 6, baseMs = 500, maxMs = 30_000 }: RetryOptions,
  rng: Rng,
  signal?: AbortSignal,
): Promise<T> {
  for (let k = 1; ; k++) {
    signal?.throwIfAborted();
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof ServiceError) || !error.isTemporary || k >= attempts) throw error;
      const backOff = Math.min(maxMs, baseMs * 2 ** (k - 1)) * (1 - 0.5 * rng.uniform());
      await sleep(Math.min(maxMs, Math.max(backOff, error.retryAfterMs ?? 0)), signal);
    }
  }
}

/** Waits; ends at once with the signal's reason if it is aborted. */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const stop = () => {
      clearTimeout(timer);
      reject(signal?.reason);
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", stop);
      resolve();
    }, ms);
    signal?.addEventListener("abort", stop, { once: true });
  });
}
