import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { build } from "esbuild";
import { expect, test } from "vitest";

// A page in headless Chromium, cross-origin isolated or not: two threads against one, results sent back by POST.
const chromium = env.CHROMIUM ?? "/usr/bin/chromium";
const TIMEOUT_MS = 90_000;

const page = `
import { buildCircuit, compileGroup } from "quantum-sim";
const results = { isIsolated: crossOriginIsolated };
try {
  const circuit = buildCircuit("hybridq", { numQubits: 6, numLayers: 3 });
  const [one, two] = [1, 2].map((threads) => compileGroup(circuit, { count: 4, sharedInputs: true, threads }));
  const inputs = Float32Array.from({ length: 3 * one.numInputs }, (_, i) => Math.sin(i));
  const weights = Float32Array.from({ length: one.numWeights }, (_, i) => Math.cos(i));
  const cotangent = Float32Array.from({ length: 3 * one.numOutputs }, (_, i) => Math.cos(5 * i));
  const gap = (a, b) => a.reduce((most, value, i) => Math.max(most, Math.abs(value - b[i])), 0);
  const wanted = one.vjp({ inputs, weights, cotangent });
  const compare = () => {
    const { inputs: x, weights: w } = two.record({ inputs, weights }).vjp(cotangent);
    return gap(two.run({ inputs, weights }), one.run({ inputs, weights })) < 1e-6 && gap(x, wanted.inputs) < 1e-5 && gap(w, wanted.weights) < 1e-5;
  };
  results.atOnce = compare();
  await new Promise((resolve) => setTimeout(resolve, 500));
  results.later = compare();
  two.close();
  results.closed = compare();
} catch (error) {
  results.failure = String(error);
}
await fetch("/results", { method: "POST", body: JSON.stringify(results) });
`;

test.skipIf(!existsSync(chromium)).each([true, false])(
  "threads in a browser, cross-origin isolated: %s",
  async (isIsolated) => {
    const root = join(import.meta.dirname, "..", "..", "..", "..");
    const { outputFiles } = await build({
      stdin: { contents: page, resolveDir: root, loader: "ts" },
      tsconfig: join(root, "tsconfig.json"),
      bundle: true,
      format: "esm",
      platform: "browser",
      write: false,
    });
    const isolation = { "Cross-Origin-Opener-Policy": "same-origin", "Cross-Origin-Embedder-Policy": "require-corp" };
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
          return;
        }
        const isScript = request.url === "/page.js";
        response.writeHead(200, { "content-type": isScript ? "text/javascript" : "text/html", ...(isIsolated ? isolation : {}) });
        response.end(isScript ? outputFiles[0].text : '<!doctype html><script type="module" src="page.js"></script>');
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
    expect(results).toEqual({ isIsolated, atOnce: true, later: true, closed: true });
  },
  TIMEOUT_MS,
);
