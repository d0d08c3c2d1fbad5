import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { build } from "esbuild";
import { expect, test } from "vitest";

// A page in headless Chromium: the kernels and the worker pools as a bundle for browsers, results sent back by POST.
const chromium = env.CHROMIUM ?? "/usr/bin/chromium";
const TIMEOUT_MS = 90_000;

const page = `
import { createLinearAlgebraPool, createWorkerPool, resizeImage, symmetricEigen } from "array-kernels";
const results = {};
try {
  const matrix = Float64Array.of(3, 0, 0, 1);
  results.eigen = [...symmetricEigen(matrix, 2).values];
  const image = { data: Uint8Array.of(0, 100, 200, 40), height: 2, width: 2, channels: 1 };
  results.resized = [...resizeImage(image, { height: 1, width: 1, filter: "box" }).data];
  const algebra = createLinearAlgebraPool();
  results.inWorker = [...(await algebra.symmetricEigen(matrix, 2)).values];
  const signal = AbortSignal.timeout(100);
  results.aborted = await algebra.singularValues(new Float64Array(1500 ** 2).fill(1), 1500, 1500, { signal }).catch((error) => error.name);
  await algebra.close();
  const pool = createWorkerPool({ source: "export const next = (x) => x.map((v) => v + 1); export const bad = () => { throw new RangeError('no'); };" });
  results.task = [...(await pool.run("next", [Float32Array.of(1)]))];
  results.error = await pool.run("bad", []).catch((error) => error.name + ": " + error.message);
  await pool.close();
} catch (error) {
  results.failure = String(error);
}
await fetch("/results", { method: "POST", body: JSON.stringify(results) });
`;

test.skipIf(!existsSync(chromium))(
  "kernels and workers run in a browser",
  async () => {
    const root = join(import.meta.dirname, "..", "..", "..", "..");
    const { outputFiles } = await build({
      stdin: { contents: page, resolveDir: root, loader: "ts" },
      tsconfig: join(root, "tsconfig.json"),
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    const profile = mkdtempSync(join(tmpdir(), "chromium-"));
    let browser: ChildProcess | undefined;
    const results = await new Promise<unknown>((resolve, reject) => {
      const server = createServer((request, response) => {
        if (request.method === "POST") {
          const parts: Buffer[] = [];
          request.on("data", (part: Buffer) => parts.push(part));
          request.on("end", () => {
            response.end();
            server.close();
            resolve(JSON.parse(Buffer.concat(parts).toString()));
          });
        } else if (request.url === "/page.js") {
          response.setHeader("content-type", "text/javascript").end(outputFiles[0].text);
        } else {
          response.setHeader("content-type", "text/html").end('<!doctype html><script type="module" src="page.js"></script>');
        }
      });
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo; // of a server on a port
        const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, "--remote-debugging-port=0"];
        browser = spawn(chromium, [...flags, `http://127.0.0.1:${port}/`], { stdio: "ignore" });
        browser.on("error", reject);
      });
    });
    const ended = new Promise((resolve) => browser?.on("exit", resolve));
    browser?.kill();
    await ended;
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
    expect(results).toEqual({
      eigen: [1, 3],
      resized: [85],
      inWorker: [1, 3],
      aborted: "TimeoutError",
      task: [2],
      error: "RangeError: no",
    });
  },
  TIMEOUT_MS,
);
