import type { BackendName, ReadyOptions } from "../ready.ts";

/** How one backend is brought up. */
export interface BackendStarter {
  readonly name: BackendName;
  /** Where "auto" tries it. */
  readonly where: "node" | "browser" | "anywhere";
  /** Brings it up and makes it current; throws an Error whose message says in a few words why it cannot. */
  start(options: ReadyOptions): Promise<StartedBackend>;
  /** Changes the number of threads while the backend is current; returns how many there are then. */
  setThreads?(threads: number): number;
}

export interface StartedBackend {
  readonly version: string;
  readonly threads: number;
  /** What is special about it, for the `reason` of {@link BackendInfo}. */
  readonly note: string;
}
