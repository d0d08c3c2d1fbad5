import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { env } from "node:process";
import { build } from "esbuild";

const root = join(import.meta.dirname, "..", "..");
const chromium = env.CHROMIUM ?? "/usr/bin/chromium";

/** Whether there is a browser to test in: Debian's, or the one that CHROMIUM names. */
export const hasChromium = existsSync(chromium);

const TYPES: Readonly<Record<string, string>> = { html: "text/html", js: "text/javascript", wasm: "application/wasm" };

export interface PageOptions {
  /** What stands in the page's body before its program. */
  readonly body?: string;
  /** Files that the page may fetch, by name. */
  readonly files?: Readonly<Record<string, Uint8Array | string>>;
  readonly headers?: Readonly<Record<string, string>>;
}

/**
 * Bundles a program for browsers, runs it in a page of headless Chromium, and gives what it leaves in `results`, an object that is there
 * for it; an error that it throws stands there as `failure`.
 */
export async function openPage(program: string, options: PageOptions = {}): Promise<Record<string, unknown>> {
  const { body = "", files = {}, headers = {} } = options;
  const script = await bundle(program);
  const html = `<!doctype html>${body}<script type="module" src="page.js"></script>`;
  const served: Readonly<Record<string, Uint8Array | string>> = { ...files, "index.html": html, "page.js": script };
  const profile = mkdtempSync(join(tmpdir(), "chromium-"));
  let browser: ChildProcess | undefined;
  try {
    return await new Promise<Record<string, unknown>>((resolve, reject) => {
      const server = createServer((request, response) => {
        const name = (request.url ?? "/").slice(1) || "index.html";
        if (request.method !== "POST") {
          const type = TYPES[name.split(".").at(-1) ?? ""] ?? "application/octet-stream";
          response.writeHead(served[name] === undefined ? 404 : 200, { "content-type": type, ...headers });
          response.end(served[name]);
          return;
        }
        const parts: Buffer[] = [];
        request.on("data", (part: Buffer) => parts.push(part));
        request.on("end", () => {
          response.end();
          server.close();
          resolve(JSON.parse(Buffer.concat(parts).toString()) as Record<string, unknown>); // by the program below
        });
      });
      server.listen(0, "127.0.0.1", () => {
        const { port } = server.address() as AddressInfo; // of a server on a port
        const flags = ["--headless", "--no-sandbox", "--disable-gpu", `--user-data-dir=${profile}`, "--remote-debugging-port=0"];
        // In a group of its own: the processes that it starts outlive it otherwise, and write into the profile while that is removed.
        browser = spawn(chromium, [...flags, `http://127.0.0.1:${port}/`], { stdio: "ignore", detached: true });
        browser.on("error", reject);
      });
    });
  } finally {
    if (browser?.pid !== undefined) {
      const ended = new Promise((resolve) => browser?.on("exit", resolve));
      process.kill(-browser.pid, "SIGKILL");
      await ended;
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
  }
}

async function bundle(program: string): Promise<string> {
  const imports = program.match(/^import .*$/gm) ?? [];
  const contents = `${imports.join("\n")}
const results = {};
try {
${program.replace(/^import .*$/gm, "")}
} catch (error) {
  results.failure = String(error);
}
await fetch("/results", { method: "POST", body: JSON.stringify(results) });`;
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: root, loader: "ts" },
    tsconfig: join(root, "tsconfig.json"),
    bundle: true,
    format: "esm",
    platform: "browser",
    write: false,
  });
  return outputFiles[0].text;
}
