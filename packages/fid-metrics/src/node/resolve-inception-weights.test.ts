import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { writeSafetensors } from "tfjs-train";
import type { PublishedFile } from "tfjs-train/node";
import { afterEach, beforeEach, expect, test } from "vitest";
import { randomInception } from "../__fixtures__/random-inception.ts";
import { pytorchFidWeights, resolveInceptionWeights } from "./resolve-inception-weights.ts";

const bytes = writeSafetensors(randomInception(1, "MaxPool_1").tensors);
const sha256Prefix = createHash("sha256").update(bytes).digest("hex").slice(0, 8);

let folder: string;
let server: Server;
let requests: number;
let answer: { readonly status: number; readonly body: Uint8Array };
let published: PublishedFile;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "inception-"));
  requests = 0;
  answer = { status: 200, body: bytes };
  server = createServer((_, response) => {
    requests++;
    response.writeHead(answer.status, { "content-length": answer.body.length }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has an address with a port
  published = { name: "weights.safetensors", address: `http://127.0.0.1:${port}/weights`, sha256: sha256Prefix };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

test("one download, then the cache", async () => {
  const progress: number[] = [];
  const first = await resolveInceptionWeights({ cacheFolder: folder, published, onProgress: (p) => progress.push(p.bytes) });
  expect(first.weights?.tensors["Conv2d_1a_3x3.conv.weight"].shape).toEqual([32, 3, 3, 3]);
  expect(progress.at(-1)).toBe(bytes.length);
  const again = await resolveInceptionWeights({ cacheFolder: folder, published });
  expect(again).toMatchObject({ source: join(folder, "weights.safetensors") });
  expect(requests).toBe(1);
  expect(await readdir(folder)).toEqual(["weights.safetensors"]);
});

test("a file with another digest is refused and not kept", async () => {
  answer = { status: 200, body: bytes.slice(0, -1) };
  const { missing } = await resolveInceptionWeights({ cacheFolder: folder, published });
  expect(missing).toMatch(/another sha256 than [0-9a-f]{8}…; it was not kept\. To get them, fetch weights\.safetensors/);
  expect(await readdir(folder)).toEqual([]);
});

test("a damaged cache is fetched anew", async () => {
  await writeFile(join(folder, "weights.safetensors"), "torn");
  expect((await resolveInceptionWeights({ cacheFolder: folder, published })).weights).toBeDefined();
  expect(new Uint8Array(await readFile(join(folder, "weights.safetensors")))).toEqual(new Uint8Array(bytes));
});

test("absence never throws: refused, unreachable, not allowed, no place to keep it", async () => {
  answer = { status: 404, body: new Uint8Array() };
  expect((await resolveInceptionWeights({ cacheFolder: folder, published })).missing).toContain("answered 404");
  const closed = { ...published, address: "http://127.0.0.1:1/weights" };
  expect((await resolveInceptionWeights({ cacheFolder: folder, published: closed, attempts: 1 })).missing).toContain(
    "was not reached (",
  );
  const offline = await resolveInceptionWeights({ cacheFolder: folder, published, allowDownload: false });
  expect(offline.missing).toContain("downloads are off");
  expect(offline.missing).toContain("--inception FILE");
  answer = { status: 200, body: bytes };
  await writeFile(join(folder, "file"), "");
  const blocked = await resolveInceptionWeights({ cacheFolder: join(folder, "file", "deeper"), published });
  expect(blocked.missing).toContain("could not be kept");
});

test("a server that goes silent is given up; a caller's signal stops at once", async () => {
  server.removeAllListeners("request");
  server.on("request", (_, response) => response.writeHead(200).write("a beginning"));
  const { missing } = await resolveInceptionWeights({ cacheFolder: folder, published, timeoutMs: 100, attempts: 1 });
  expect(missing).toContain("was not reached (no answer for 0.1 s)");
  const signal = AbortSignal.timeout(50);
  await expect(resolveInceptionWeights({ cacheFolder: folder, published, signal })).rejects.toThrow(/timeout/);
  expect(await readdir(folder)).toEqual([".weights.safetensors.partial-download"]); // for the next time
});

test("a file that was named is used, or refused by name", async () => {
  const path = join(folder, "mine.safetensors");
  await writeFile(path, bytes);
  expect(await resolveInceptionWeights({ file: path })).toMatchObject({ source: path });
  await expect(resolveInceptionWeights({ file: join(folder, "no.pth") })).rejects.toThrow(/no\.pth cannot be read .*ENOENT/);
  await writeFile(path, writeSafetensors({ x: { dtype: "F32", shape: [1], data: new Float32Array(1) } }));
  await expect(resolveInceptionWeights({ file: path })).rejects.toThrow(`${path}: [inception] expected FID Inception v3 weights`);
  expect(requests).toBe(0);
});

test("the published file is pytorch-fid's, and its name carries its digest", () => {
  expect(pytorchFidWeights.name).toContain(pytorchFidWeights.sha256);
  expect(pytorchFidWeights.address.endsWith(pytorchFidWeights.name)).toBe(true);
});
