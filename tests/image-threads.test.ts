import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { drawSkinLesions, encodePng } from "dataset-zip";
import { expect, test } from "vitest";

const root = join(import.meta.dirname, "..");

// What is installed, dist, has the thread's program; the sources that tests run have not.
const program = `
  import { createHash } from "node:crypto";
  import { importImages } from "dataset-zip/node";
  import { writeDatasetZip } from "dataset-zip";
  const [source, threads] = process.argv.slice(1);
  const images = await importImages({ source, size: 16, labels: false, threads: Number(threads) });
  const zip = await writeDatasetZip(images, { provenance: () => images.provenance() });
  console.log(createHash("sha256").update(zip).digest("hex"), images.report().rejected.length);
`;

test("pictures that are decoded in threads give the same zip, bad ones among them, and the program ends", () => {
  const folder = mkdtempSync(join(tmpdir(), "image-threads-"));
  try {
    for (const [i, { pixels }] of drawSkinLesions({ count: 24, size: 32, seed: 4 }).entries())
      writeFileSync(join(folder, `${i}.png`), i === 7 ? encodePng(pixels).subarray(0, 200) : encodePng(pixels));
    const run = (threads: number) =>
      execFileSync(process.execPath, ["--input-type=module", "-e", program, folder, String(threads)], {
        cwd: root,
        encoding: "utf8",
      });
    const alone = run(1);
    expect(alone).toMatch(/^[0-9a-f]{64} 1\n$/);
    expect(run(3)).toBe(alone);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
