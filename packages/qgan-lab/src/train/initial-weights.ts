import { readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { type GanModel, RESUME_PRESETS, type Transfer, transferFromSnapshot, transferFromState } from "qgan-core";
import { latestCheckpoint, loadCheckpoint } from "qgan-core/node";
import { expect, UsageError } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import { readStyleGanPickle } from "tfjs-train";
import type { LabHooks } from "../facts.ts";
import { isAddress, snapshotFile, snapshotSource } from "../generate/snapshot-file.ts";

export interface InitialWeightsOptions {
  readonly model: GanModel;
  /** A StyleGAN2 pickle (file, address or preset's name), a run folder or a checkpoint. */
  readonly from: string;
  /** Run folder, in which transfer.json is written. */
  readonly run: string;
  readonly tell: (text: string) => void;
}

const SCOPE = "init-from";
/** Names of tensors that are told; all stand in transfer.json. */
const MOST_NAMES = 4;
/** A tensor of the discriminator that is trained unless it is frozen. */
const WEIGHT = /^D\..*\.(weight|bias)$/;
const kindOf = (path: string) =>
  stat(path).then(
    (entry) => (entry.isDirectory() ? "folder" : "file"),
    () => undefined, // is not there: told by the caller
  );

/** Whether a path is a run of this program, not a snapshot to begin from. */
export const isRunFolder = async (path: string): Promise<boolean> => (await kindOf(join(path, "options.json"))) === "file";

/** @throws UsageError if there is nothing of that name to begin from; the message lists the presets. */
export async function checkInitFrom(from: string): Promise<void> {
  await snapshotSource(from, SCOPE); // an address that is none
  const isKnown = isAddress(from) || Object.hasOwn(RESUME_PRESETS, from) || (await kindOf(from)) !== undefined;
  expect(
    isKnown,
    SCOPE,
    () =>
      `there is no "${from}" to begin from. Give a StyleGAN2 pickle, its address, a run folder, or a preset: ${Object.keys(RESUME_PRESETS).join(", ")}.`,
  );
}

/**
 * The weights that a model takes from elsewhere, by name and shape; says which were taken and which not, and lists them in
 * transfer.json. The caller owns the tensors. Call `ready()` of tfjs-train first.
 *
 * @throws UsageError if nothing can be read there, or nothing fits.
 */
export async function loadInitialWeights({ model, from, run, tell }: InitialWeightsOptions): Promise<Transfer> {
  const transfer = await readTransfer(model, from, tell);
  const { taken, left } = transfer;
  const frozen = model.parameters.filter(({ name, isTrainable }) => !isTrainable && WEIGHT.test(name)).map(({ name }) => name);
  const numRandom = left.filter(({ name }) => frozen.includes(name)).length;
  // The running mean of path lengths is no part of a snapshot, of the reference's neither.
  const missed = left.filter(({ name }) => !name.startsWith("loss."));
  expect(
    taken.length > 0,
    SCOPE,
    `no tensor of ${from} fits this model (${missed[0]?.name}: ${missed[0]?.reason}). Choose a snapshot of the same widths, or leave it out.`,
  );
  const some = missed.slice(0, MOST_NAMES).map(({ name, reason }) => `${name} (${reason})`);
  const more = missed.length > MOST_NAMES ? `, and ${missed.length - MOST_NAMES} more` : "";
  tell(
    `Begins from ${from}: took ${taken.length} of ${taken.length + missed.length} tensors${missed.length > 0 ? `; not taken: ${some.join(", ")}${more}` : ""}${
      frozen.length > 0 ? `; ${frozen.length} tensors of the discriminator are frozen` : ""
    }${numRandom > 0 ? `, ${numRandom} of them as they were drawn, since the snapshot has none that fit: train them (leave --freezed out)` : ""}. All are listed in transfer.json.`,
  );
  await writeFileAtomic(join(run, "transfer.json"), `${JSON.stringify({ from, taken, left, frozen }, null, 1)}\n`);
  return transfer;
}

async function readTransfer(model: GanModel, from: string, tell: (text: string) => void): Promise<Transfer> {
  if ((await kindOf(from)) === "folder") {
    const folder = (await kindOf(join(from, "manifest.json"))) === "file" ? from : await latestCheckpoint(from);
    expect(folder, SCOPE, `${from} holds no checkpoint. Give a run folder, a checkpoint, or a StyleGAN2 pickle.`);
    return transferFromState(model.parameters, await loadCheckpoint(folder));
  }
  const onFact: LabHooks["onFact"] = (fact) => fact.kind === "note" && tell(fact.text);
  const path = await snapshotFile(from, { scope: SCOPE, flag: "--init-from", hooks: { onFact } });
  try {
    return transferFromSnapshot(model.parameters, readStyleGanPickle(await readFile(path)));
  } catch (cause) {
    if (!UsageError.isInstance(cause)) throw cause;
    const error = new UsageError(`[${SCOPE}] ${from}: ${cause.message.replace(/^\[[^\]]*\] /, "")}`);
    error.cause = cause;
    throw error;
  }
}
