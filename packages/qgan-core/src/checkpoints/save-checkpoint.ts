import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { commitFolder } from "repro-kit/node";
import { writeSafetensors } from "tfjs-train";
import type { TrainerState } from "../training/trainer-state.ts";
import { type FileRecord, FORMAT, FORMAT_VERSION, MANIFEST, type Manifest, TENSOR_FILES } from "./manifest.ts";

/**
 * Writes a checkpoint folder: three safetensors files and, last, manifest.json with the sha256 of each. The folder is filled
 * beside its place and renamed, so that it is whole or not there, whatever kills the process.
 *
 * @param folder - Must not exist yet.
 * @throws UsageError if it exists, the disk is full, or it cannot be written.
 */
export async function saveCheckpoint(folder: string, state: TrainerState): Promise<void> {
  await commitFolder(folder, async (partial) => {
    const files: Record<string, FileRecord> = {};
    for (const [part, name] of Object.entries(TENSOR_FILES)) {
      const bytes = writeSafetensors(state[part as keyof typeof TENSOR_FILES], { format: FORMAT, part });
      await writeFile(join(partial, name), bytes);
      files[name] = { sha256: createHash("sha256").update(bytes).digest("hex"), bytes: bytes.length };
    }
    const { model, training, step, images, rng, data, schedule, augment } = state;
    const manifest: Manifest = {
      format: FORMAT,
      version: FORMAT_VERSION,
      model,
      training,
      step,
      images,
      rng,
      data,
      schedule,
      augment,
      files,
    };
    await writeFile(join(partial, MANIFEST), `${JSON.stringify(manifest, null, 2)}\n`);
  });
}
