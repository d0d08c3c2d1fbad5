import type { GanStep } from "qgan-core";
import { createRegistry, type Registry } from "repro-kit";
import { collapse } from "./collapse.ts";
import { gradients } from "./gradients.ts";
import { leak } from "./leak.ts";
import { memorisation } from "./memorisation.ts";
import { overfitting } from "./overfitting.ts";
import type { WatchedSnapshot, WatchKind, WatchScene, WatchScore } from "./watch.ts";

/** Add a watch here: one import, one entry. */
export const watches: Registry<WatchKind> = createRegistry<WatchKind>("watch", [
  overfitting,
  memorisation,
  collapse,
  gradients,
  leak,
]);

/** @throws UsageError for a name that is none; the message lists them. */
export function checkWatchNames(names: readonly string[]): void {
  for (const name of names) watches.resolve(name);
}

/** All watches of a training. */
export interface WatchParty {
  step(step: GanStep): void;
  snapshot(snapshot: WatchedSnapshot): Promise<readonly WatchScore[]>;
  /** The first watch of `stopOn` that spoke. */
  stoppedBy(): string | undefined;
}

/** Begins every watch. @param stopOn - Names of those that end the training. */
export async function createWatches(
  { say, ...scene }: WatchScene,
  { stopOn = [] }: { readonly stopOn?: readonly string[] } = {},
): Promise<WatchParty> {
  let stoppedBy: string | undefined;
  const kinds = watches.names().map((name) => watches.resolve(name));
  const party = await Promise.all(
    kinds.map(({ name, create }) =>
      create({
        ...scene,
        say: (text) => {
          say(text);
          if (stopOn.includes(name)) stoppedBy ??= name;
        },
      }),
    ),
  );
  return {
    step: (step) => {
      for (const watch of party) watch.step?.(step);
    },
    async snapshot(snapshot) {
      const scores: WatchScore[] = [];
      for (const watch of party) scores.push(...((await watch.snapshot?.(snapshot)) ?? []));
      return scores;
    },
    stoppedBy: () => stoppedBy,
  };
}
