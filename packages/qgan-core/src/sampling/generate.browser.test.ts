import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { build } from "esbuild";
import { createRng } from "repro-kit";
import { disposeParams, ready, weightsFromParams, writeSafetensors } from "tfjs-train";
import { expect, test } from "vitest";
import { createModel } from "../models/create-model.ts";
import { initParams } from "../models/parameter-spec.ts";
import { generate } from "./generate.ts";

// The README's page in headless Chromium: 64×64, base 4096, at most 128 maps; its pixels against Node's.
const chromium = env.CHROMIUM ?? "/usr/bin/chromium";
const TIMEOUT_MS = 180_000;
const SHOWN = 16;
/** Sums of the same kernels in another engine: a value on the border of two levels may fall to either side. */
const ONE_LEVEL = 1;

const root = join(import.meta.dirname, "..", "..", "..", "..");

async function bundlePage(): Promise<string> {
  const readme = readFileSync(join(root, "packages/qgan-core/README.md"), "utf8");
  const [, program = ""] = /^### In a page[\s\S]*?^```js\n([\s\S]*?)^```/m.exec(readme) ?? [];
  const report = `
const shown = document.querySelector("canvas").getContext("2d").getImageData(0, 0, width * ${SHOWN}, height);
await fetch("/results", { method: "POST", body: JSON.stringify({ text: document.querySelector("p").textContent, rgba: [...shown.data] }) });`;
  const { outputFiles } = await build({
    stdin: {
      contents:
        `try {${program.replace(/^import .*$/gm, "")}${report}} catch (error) { await fetch("/results", { method: "POST", body: JSON.stringify({ failure: String(error) }) }); }`.replace(
          /^/,
          `${program.match(/^import .*$/gm)?.join("\n")}\n`,
        ),
      resolveDir: root,
      loader: "js",
    },
    tsconfig: join(root, "tsconfig.json"),
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return outputFiles[0].text;
}

/** Serves the files, opens the page and waits for what it sends. */
async function openPage(files: Readonly<Record<string, Uint8Array | string>>): Promise<Record<string, unknown>> {
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  let browser: ChildProcess | undefined;
  const results = await new Promise<Record<string, unknown>>((resolve, reject) => {
    const server = createServer((request, response) => {
      const name = (request.url ?? "/").slice(1) || "index.html";
      if (request.method === "POST") {
        const parts: Buffer[] = [];
        request.on("data", (part: Buffer) => parts.push(part));
        request.on("end", () => {
          response.end();
          server.close();
          resolve(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>); // by the page above
        });
        return;
      }
      const types: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };
      const body = files[name];
      response.writeHead(body === undefined ? 404 : 200, {
        "content-type": types[name.split(".").at(-1) ?? ""] ?? "application/octet-stream",
      });
      response.end(body);
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
  return results;
}

test.skipIf(!existsSync(chromium))(
  "the README's page draws the images that Node draws, and tells the time",
  async () => {
    await ready({ backend: "wasm" });
    const model = createModel("stylegan2", { preset: "small64" });
    const params = initParams(model.generator.parameters, createRng(0));
    const weights = writeSafetensors(await weightsFromParams(params, { layout: "tfjs" }));
    const pixels = await generate(
      model,
      params,
      Array.from({ length: SHOWN }, (_, i) => i),
    );
    disposeParams(params);
    const wasm = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];
    const { text, rgba, failure } = await openPage({
      "index.html": '<!doctype html><canvas></canvas><p></p><script type="module" src="page.js"></script>',
      "page.js": await bundlePage(),
      "manifest.json": JSON.stringify({ model: { name: model.name, options: model.options } }),
      "ema.safetensors": weights,
      ...Object.fromEntries(
        wasm.map((name) => [name, readFileSync(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist", name))]),
      ),
    });
    expect(failure).toBeUndefined();
    expect(text).toMatch(/^\d+\.\d ms an image$/);
    console.info(`Chromium, wasm: ${text}`);
    const shown = rgba as number[]; // by the page above
    let largest = 0;
    for (let i = 0; i < SHOWN; i++)
      for (let y = 0; y < 64; y++)
        for (let x = 0; x < 64; x++)
          for (let c = 0; c < 3; c++) {
            const ours = pixels[((i * 64 + y) * 64 + x) * 3 + c];
            largest = Math.max(largest, Math.abs(shown[(y * 64 * SHOWN + i * 64 + x) * 4 + c] - ours));
          }
    expect(largest).toBeLessThanOrEqual(ONE_LEVEL);
    expect(new Set(pixels).size).toBeGreaterThan(50);
  },
  TIMEOUT_MS,
);
