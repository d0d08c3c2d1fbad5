/** A signal that fires after a time without a restart. */
export interface SilenceWatch {
  readonly signal: AbortSignal;
  restart(): void;
  stop(): void;
}

export function watchSilence(timeoutMs: number): SilenceWatch {
  const controller = new AbortController();
  const start = () => setTimeout(() => controller.abort(new Error(`no answer for ${timeoutMs / 1000} s`)), timeoutMs);
  let timer = start();
  return {
    signal: controller.signal,
    restart() {
      clearTimeout(timer);
      timer = start();
    },
    stop: () => clearTimeout(timer),
  };
}
