/** One of ours, to be timed. */
export interface BenchCase {
  readonly name: string;
  readonly backend: string;
  /** Runs once; timed many times by the harness. */
  readonly run: () => void | Promise<void>;
  /** Arguments for the peers' scripts: what they are to build (sizes, batch). */
  readonly peerArguments?: Readonly<Record<string, number | string>>;
  readonly dispose?: () => void | Promise<void>;
  /** MB by which a process that does nothing else grows at its peak. */
  readonly grownMb?: () => number;
}

/** A peer's program: `bench/peers/<script>`, given `{ name, ...peerArguments }` as JSON in argv[1]; prints one JSON line `{ version, cpuMs, wallMs }`, both per run, and `grownMb` where it is told of. */
export interface BenchPeer {
  readonly name: string;
  readonly script: string;
}

export interface BenchSuite {
  readonly name: string;
  readonly cases: () => Promise<readonly BenchCase[]> | readonly BenchCase[];
  readonly peers: readonly BenchPeer[];
}
