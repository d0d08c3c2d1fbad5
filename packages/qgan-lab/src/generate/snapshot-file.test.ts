import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { RESUME_PRESETS } from "qgan-core";
import { afterAll, beforeAll, beforeEach, expect, it } from "vitest";
import { expectSentence, runQgan } from "../cli/testing.ts";
import { snapshotFile, snapshotSource } from "./snapshot-file.ts";

const pickle = join(import.meta.dirname, "../../../../../shared/golden/stylegan2/pickle/uncond_ada.pkl");
const bytes = existsSync(pickle) ? readFileSync(pickle) : Buffer.from("a snapshot");
const digest = createHash("sha256").update(bytes).digest("hex");
const options = { scope: "x", flag: "--network" };

let folder = "";
let server: Server;
let origin = "";
let numAsked = 0;
const saved = process.env.XDG_CACHE_HOME;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "qgan-snapshot-"));
  server = createServer(({ url }, response) => {
    numAsked++;
    if (url !== "/nets/net.pkl") response.writeHead(404).end("no");
    else response.writeHead(200, { "content-length": bytes.length }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
beforeEach(() => {
  process.env.XDG_CACHE_HOME = mkdtempSync(join(folder, "cache-"));
  numAsked = 0;
});
afterAll(() => {
  if (saved === undefined) delete process.env.XDG_CACHE_HOME;
  else process.env.XDG_CACHE_HOME = saved;
  server.close();
  rmSync(folder, { recursive: true, force: true });
});
const cached = (): string[] => {
  const weights = join(process.env.XDG_CACHE_HOME ?? "", "qgan", "weights");
  return existsSync(weights) ? readdirSync(weights) : [];
};

it("fetches an address once, whole, and takes it from the cache then", async () => {
  const path = await snapshotFile(`${origin}/nets/net.pkl`, options);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(await snapshotFile(`${origin}/nets/net.pkl`, options)).toBe(path);
  expect(numAsked).toBe(1);
  expect(cached()).toEqual([expect.stringMatching(/^[0-9a-f]{16}-net\.pkl$/)]);
});

it("looks at the SHA-256 that an address carries, in the cache too", async () => {
  const path = await snapshotFile(`${origin}/nets/net.pkl#sha256=${digest}`, options);
  expect(readFileSync(path).equals(bytes)).toBe(true);
  expect(await snapshotFile(`${origin}/nets/net.pkl#sha256=${digest.toUpperCase()}`, options)).toBe(path);
  expect(numAsked).toBe(1);
  process.env.XDG_CACHE_HOME = mkdtempSync(join(folder, "cache-"));
  const wrong = snapshotFile(`${origin}/nets/net.pkl#sha256=${"0".repeat(64)}`, options);
  await expect(wrong).rejects.toThrow(
    /another sha256 than 00000000….*Fetch http.*by other means and give the file: --network <file>\./,
  );
  expect(cached()).toEqual([]);
});

it("a preset's name is an address, a file is itself", async () => {
  expect(await snapshotSource("ffhq256", "x")).toEqual({ address: RESUME_PRESETS.ffhq256 });
  expect(await snapshotSource("absent.pkl", "x")).toEqual({ path: "absent.pkl" });
  expect(await snapshotFile("absent.pkl", options)).toBe("absent.pkl");
});

it.each([
  ["/absent.pkl", "answered 404"],
  ["/nets/net.pkl#sha256=12", '"#sha256=12" is no SHA-256'],
])("%s is refused in one sentence, and nothing is kept", async (path, message) => {
  const output = await runQgan(["generate", "--network", `${origin}${path}`, "--out", join(folder, "refused")]);
  expectSentence(output, message);
  expect(existsSync(join(folder, "refused"))).toBe(false);
  expect(cached()).toEqual([]);
});

it.skipIf(!existsSync(pickle))(
  "draws, mixes, interpolates and projects from an address as from the file",
  async () => {
    const address = `${origin}/nets/net.pkl#sha256=${digest}`;
    const draw = async (network: string, out: string) => {
      const made = await runQgan(["generate", "--network", network, "--seeds", "1", "--out", join(folder, out)]);
      expect(made.code, made.err).toBe(0);
      return readFileSync(join(folder, out, "seed000001.png"));
    };
    expect((await draw(address, "by-address")).equals(await draw(pickle, "by-file"))).toBe(true);
    expect(readFileSync(join(folder, "by-address", "model-card.md"), "utf8")).toContain(`| snapshot | ${address} |`);
    const more = [
      ["style-mix", "--rows", "1", "--cols", "2"],
      ["interpolate", "--seeds", "1,2", "--frames", "1", "--animation", "none"],
      ["project", "--target", join(folder, "by-file", "seed000001.png"), "--steps", "1", "--distance", "pixels"],
    ];
    for (const [command, ...args] of more) {
      const made = await runQgan([command, ...args, "--network", address, "--out", join(folder, command)]);
      expect(made.code, made.err).toBe(0);
      expect(made.code).toBe(0);
    }
    expect(JSON.parse(readFileSync(join(folder, "project", "project.json"), "utf8")).options.network).toBe(address);
    expect(numAsked).toBe(1);
  },
  120_000,
);
