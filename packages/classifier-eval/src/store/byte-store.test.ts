import { expect, test } from "vitest";
import { memoryStore, readJson, writeJson } from "./byte-store.ts";

test("what was written is read, a copy of it; what was not is undefined; what is no JSON counts as absent", async () => {
  const store = memoryStore();
  const bytes = Uint8Array.of(1, 2);
  await store.write("a", bytes);
  bytes[0] = 9;
  expect(await store.read("a")).toEqual(Uint8Array.of(1, 2));
  expect(await store.read("b")).toBeUndefined();
  await writeJson(store, "c", { x: [1, null] });
  expect(await readJson(store, "c")).toEqual({ x: [1, null] });
  expect(await readJson(store, "a")).toBeUndefined();
});
