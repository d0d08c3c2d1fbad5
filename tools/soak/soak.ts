/** A long run, started by `npm run soak -- <name>`: seeded, resumable where it takes more than minutes, with a summary line. */
export interface Soak {
  readonly name: string;
  readonly description: string;
  /** Returns the summary line; throws when the soak failed. `args` are what stands behind the name on the command line. */
  run(args: readonly string[]): Promise<string>;
}
