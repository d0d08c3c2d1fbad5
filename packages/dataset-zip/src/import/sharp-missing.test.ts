import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, vi } from "vitest";
import { importImages } from "./import-images.ts";

vi.mock("sharp", () => {
  throw new Error("Cannot find package 'sharp'");
});

it("says which file needs sharp and how to install it, where it is absent", async () => {
  const folder = await mkdtemp(join(tmpdir(), "dataset-zip-"));
  for (const name of ["chroma420.jpg", "grey.jpg"]) await cp(join(import.meta.dirname, "__fixtures__", name), join(folder, name));
  const run = async () => {
    for await (const _ of await importImages({ source: folder }));
  };
  await expect(run()).rejects.toThrow(
    '"chroma420.jpg": a JPEG needs the package sharp, which is not installed. Run: npm install sharp',
  );
  await rm(folder, { recursive: true });
});
