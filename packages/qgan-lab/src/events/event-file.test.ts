import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { createEventFile, encodeRecord, newestEventFile } from "./event-file.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "qgan-events-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const PNG = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==",
  "base64",
);

it("frames a record", () => {
  const record = encodeRecord(Uint8Array.of(1, 2, 3));
  expect(record.length).toBe(8 + 4 + 3 + 4);
  expect([...record.subarray(0, 8)]).toEqual([3, 0, 0, 0, 0, 0, 0, 0]);
});

it("appends whole records and leaves out what is not finite", () => {
  const file = createEventFile(folder);
  const size = statSync(file.path).size;
  file.scalars(1, { loss: 0.5, broken: Number.NaN });
  expect(statSync(file.path).size).toBeGreaterThan(size);
  const text = readFileSync(file.path, "latin1");
  expect(text).toContain("brain.Event:2");
  expect(text).toContain("loss");
  expect(text).not.toContain("broken");
});

it("is found again by another thread, the newest of a folder", () => {
  expect(newestEventFile(folder)).toBeUndefined();
  createEventFile(folder);
  const second = createEventFile(folder, 4);
  newestEventFile(folder)?.scalars(4, { "Metrics/fid": 3 });
  expect(newestEventFile(folder)?.path).toBe(second.path);
  expect(readFileSync(second.path, "latin1")).toContain("Metrics/fid");
});

// Give QGAN_TEST_PYTHON to use another Python than python3 (one of a virtual environment that holds tensorboard).
const python = process.env.QGAN_TEST_PYTHON ?? "python3";
const hasTensorboard = spawnSync(python, ["-c", "import tensorboard"]).status === 0;

it.skipIf(!hasTensorboard)("is read by TensorBoard: scalars, images, and the restart of a resumed run", () => {
  const first = createEventFile(folder);
  for (let step = 1; step <= 5; step++) first.scalars(step, { "loss/generator": step / 4 });
  first.image(3, "fakes", { height: 1, width: 1, channels: 4, png: PNG });
  const second = createEventFile(folder, 4);
  second.scalars(4, { "loss/generator": 40 });
  const script = `
import json, sys
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
events = EventAccumulator(sys.argv[1], size_guidance={"images": 0, "scalars": 0})
events.Reload()
image = events.Images("fakes")[0]
print(json.dumps({"scalars": [[e.step, e.value] for e in events.Scalars("loss/generator")],
                  "image": [image.step, image.height, image.width, image.encoded_image_string.hex()]}))`;
  const read = JSON.parse(
    execFileSync(python, ["-c", script, folder], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }),
  );
  expect(read.scalars).toEqual([
    [1, 0.25],
    [2, 0.5],
    [3, 0.75],
    [4, 40],
  ]);
  expect(read.image).toEqual([3, 1, 1, PNG.toString("hex")]);
});
