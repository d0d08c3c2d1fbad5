import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { type GanTraining, writeNetworkSnapshot } from "qgan-core";
import { listCheckpoints } from "qgan-core/node";
import { writeFileAtomic } from "repro-kit/node";

const NAME = /^network-(\d{8,})-.*\.(safetensors|pt)$/;

/**
 * Writes the averaged generator and the discriminator as state dicts that the reference's classes load by name,
 * `network-<step>-G_ema.safetensors`, `.pt` and the same of D; those of checkpoints that are gone are removed. Nothing for other models.
 */
export async function saveNetworks(
  run: string,
  training: Pick<GanTraining, "model" | "stepsDone" | "ema" | "params">,
): Promise<void> {
  if (training.model.name !== "stylegan2") return;
  const { stepsDone: step } = training;
  const kept = new Set([...(await listCheckpoints(run)), step]);
  for (const name of await readdir(run)) {
    const match = NAME.exec(name);
    if (match && !kept.has(Number(match[1]))) await rm(join(run, name), { force: true });
  }
  const digits = String(step).padStart(8, "0");
  for (const format of ["safetensors", "pt"] as const) {
    await writeFileAtomic(
      join(run, `network-${digits}-G_ema.${format}`),
      await writeNetworkSnapshot(training.ema(), "G", format),
    );
    await writeFileAtomic(join(run, `network-${digits}-D.${format}`), await writeNetworkSnapshot(training.params(), "D", format));
  }
}
