import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createRng } from "repro-kit";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type FetchFileOptions, fetchFile, tryFetchFile } from "./fetch-file.ts";
import type { PublishedFile } from "./published-file.ts";

const rng = createRng(3);
const content = Uint8Array.from({ length: 300_000 }, () => rng.integer(256));
const digest = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
const PARTIAL = ".weights.bin.partial-download";

let folder: string;
let server: Server;
let requests: { readonly url: string | undefined; readonly range: string | undefined }[];
let published: PublishedFile;
/** What the server does with the n-th request, counted from 0. */
let answer: (n: number, request: IncomingMessage, response: ServerResponse) => void;

/** Bytes from `start`, as a server does that knows ranges; cut after `length` bytes. */
function sendRange(response: ServerResponse, start: number, { cutAfter = Number.POSITIVE_INFINITY, body = content } = {}): void {
  const isPart = start > 0;
  if (start >= body.length) {
    response.writeHead(416, { "content-range": `bytes */${body.length}` }).end();
    return;
  }
  const range = isPart ? { "content-range": `bytes ${start}-${body.length - 1}/${body.length}` } : {};
  response.writeHead(isPart ? 206 : 200, { "content-length": body.length - start, ...range });
  response.end(body.subarray(start, start + cutAfter)); // cut: the connection is closed before what was promised has come
}
const startOf = ({ headers }: IncomingMessage): number => Number(/^bytes=(\d+)-$/.exec(headers.range ?? "")?.[1] ?? 0);

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "fetch-"));
  requests = [];
  answer = (_, request, response) => sendRange(response, startOf(request));
  server = createServer((request, response) => {
    requests.push({ url: request.url, range: request.headers.range });
    answer(requests.length - 1, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // a TCP server has an address with a port
  published = { name: "weights.bin", address: `http://127.0.0.1:${port}/weights`, sha256: digest(content) };
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true, force: true });
});

const tryFetch = (options: FetchFileOptions = {}) =>
  tryFetchFile(published, { cacheFolder: folder, environment: {}, retryDelayMs: 1, timeoutMs: 2000, ...options });
/** Whether the whole file lies in the cache. */
const isKept = async () => Buffer.compare(await readFile(join(folder, "weights.bin")), content) === 0;

test("one download, then the cache; a torn file in the cache is fetched anew", async () => {
  const progress: number[] = [];
  const first = await tryFetch({ onProgress: ({ bytes, total }) => progress.push(bytes / (total ?? 1)) });
  expect(first).toEqual({ path: join(folder, "weights.bin"), wasCached: false });
  expect(progress.at(-1)).toBe(1);
  expect(await isKept()).toBe(true);
  expect(await tryFetch()).toMatchObject({ wasCached: true });
  expect(requests).toHaveLength(1);
  await writeFile(join(folder, "weights.bin"), "torn");
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(await isKept()).toBe(true);
  expect(await readdir(folder)).toEqual(["weights.bin"]);
});

test("a server that cuts every connection is asked for the rest", async () => {
  answer = (_, request, response) => sendRange(response, startOf(request), { cutAfter: 70_000 });
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(await isKept()).toBe(true);
  expect(requests.length).toBeGreaterThanOrEqual(5);
  expect(requests[0].range).toBeUndefined();
  for (const { range } of requests.slice(1)) expect(range).toMatch(/^bytes=\d+-$/);
});

test("a server that ignores ranges is read from the beginning, and given up when it never gets farther", async () => {
  answer = (n, _, response) => sendRange(response, 0, { cutAfter: n < 2 ? 100_000 : content.length });
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(await isKept()).toBe(true);
  await rm(join(folder, "weights.bin"));
  requests = [];
  answer = (_, _request, response) => sendRange(response, 0, { cutAfter: 1000 }); // one packet: each connection brings as much
  const { failure } = await tryFetch({ attempts: 3 });
  expect(failure).toMatch(/was not reached \(|ended after/);
  expect(requests.length).toBeLessThanOrEqual(5);
});

describe("a server that lies about sizes", () => {
  test("more than it said, or more than the file has, is refused", async () => {
    answer = (_, _request, response) => response.writeHead(200).end(content); // chunked: no length
    published = { ...published, bytes: 1000 };
    expect((await tryFetch()).failure).toContain("sends more than the 1000 bytes that the file has");
    expect(await readdir(folder)).toEqual([]);
  });
  test("a length below the truth leaves another digest, one above is never reached", async () => {
    answer = (_, _request, response) => {
      response.writeHead(200, { "content-length": 1000 });
      response.write(content.subarray(0, 1000));
      response.end();
    };
    expect((await tryFetch()).failure).toMatch(/another sha256 than [0-9a-f]{8}…; it was not kept/);
    answer = (_, request, response) => {
      const start = startOf(request);
      response.writeHead(start > 0 ? 206 : 200, {
        "content-range": `bytes ${start}-999999/1000000`,
        "content-length": 1_000_000 - start,
      });
      response.write(content.subarray(start), () => response.destroy());
    };
    expect((await tryFetch({ attempts: 2 })).failure).toContain("was not reached (");
  });
  test("another range than was asked for is not put behind what is there", async () => {
    answer = (n, request, response) => {
      if (n === 0) return sendRange(response, 0, { cutAfter: 50_000 });
      if (n > 1) return sendRange(response, startOf(request));
      response.writeHead(206, { "content-range": `bytes 10-299999/300000`, "content-length": 299_990 }).end(content.subarray(10));
    };
    expect(await tryFetch()).toMatchObject({ wasCached: false });
    expect(await isKept()).toBe(true);
  });
  test("no length at all is enough where the digest is right", async () => {
    answer = (_, _request, response) => response.writeHead(200).end(content);
    expect(await tryFetch()).toMatchObject({ wasCached: false });
  });
});

test("a file with another digest is refused and not kept; one continued from another beginning is fetched whole", async () => {
  const other = content.slice().fill(1, 5, 9);
  answer = (_, request, response) => sendRange(response, startOf(request), { body: other });
  expect((await tryFetch()).failure).toContain("another sha256 than");
  expect(await readdir(folder)).toEqual([]);
  await writeFile(join(folder, PARTIAL), other.subarray(0, 1000));
  answer = (_, request, response) => sendRange(response, startOf(request));
  requests = [];
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(requests.map(({ range }) => range)).toEqual(["bytes=1000-", undefined]);
  expect(await isKept()).toBe(true);
});

test("a wrong digest that comes in pieces ends too", async () => {
  const other = content.slice().fill(1, 5, 9);
  answer = (_, request, response) => sendRange(response, startOf(request), { body: other, cutAfter: 200_000 });
  expect((await tryFetch()).failure).toContain("another sha256 than");
  expect(requests.length).toBeLessThanOrEqual(6);
});

test("what was there already is not asked for again", async () => {
  await writeFile(join(folder, PARTIAL), content);
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(requests.map(({ range }) => range)).toEqual(["bytes=300000-"]);
});

test("a busy server is asked again, one that has no such file is not", async () => {
  answer = (n, request, response) => (n === 0 ? response.writeHead(503).end() : sendRange(response, startOf(request)));
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  await rm(join(folder, "weights.bin"));
  requests = [];
  answer = (_, _request, response) => response.writeHead(404).end();
  expect((await tryFetch()).failure).toBe(`${published.address} answered 404`);
  expect(requests).toHaveLength(1);
});

test("what is the same at every try is tried once: a redirect that is not followed, a proxy that is none", async () => {
  answer = (_, _request, response) => response.writeHead(302, { location: "file:///etc/passwd" }).end();
  expect((await tryFetch()).failure).toBe("an address begins with https:// or http://; got file:///etc/passwd");
  expect(requests).toHaveLength(1);
  expect((await tryFetch({ environment: { http_proxy: "socks5://a:1" } })).failure).toContain("a proxy must be an http://");
  expect(requests).toHaveLength(1);
  expect(await readdir(folder)).toEqual([]);
});

test("what onProgress throws is the caller's, and no failure of the network", async () => {
  const onProgress = () => {
    throw new TypeError("bar is undefined");
  };
  await expect(tryFetch({ onProgress })).rejects.toThrow(new TypeError("bar is undefined"));
  expect(requests).toHaveLength(1);
});

test("silence ends a connection; an abort stops at once and leaves what came for the next time", async () => {
  const stop = new AbortController();
  answer = (_, _request, response) => {
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1000));
  };
  expect((await tryFetch({ timeoutMs: 100, attempts: 1 })).failure).toContain("was not reached (no answer for 0.1 s)");
  const pending = tryFetch({ signal: stop.signal, onProgress: () => stop.abort(new Error("enough")) });
  await expect(pending).rejects.toThrow();
  expect(await readdir(folder)).toEqual([PARTIAL]);
  answer = (_, request, response) => sendRange(response, startOf(request));
  requests = [];
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(requests[0].range).toBe("bytes=1000-");
  expect(await readdir(folder)).toEqual(["weights.bin"]);
});

test("offline: the error says the address and where to put the file", async () => {
  const closed = { ...published, address: "http://127.0.0.1:1/weights" };
  const message = await fetchFile(closed, { cacheFolder: folder, environment: {}, attempts: 1 }).catch(
    (error: Error) => error.message,
  );
  expect(message).toMatch(/^\[fetchFile\] http:\/\/127\.0\.0\.1:1\/weights was not reached \(.*ECONNREFUSED.*\)\. Fetch http/);
  expect(message).toContain(`(sha256 ${published.sha256}) by other means and put it at ${join(folder, "weights.bin")}.`);
  expect((await tryFetch({ allowDownload: false })).failure).toContain("downloads are off");
  expect(await fetchFile(published, { cacheFolder: folder, environment: {} })).toBe(join(folder, "weights.bin"));
});

test("two that want the same file do not disturb one another; a dead process's lock is taken over", async () => {
  answer = (_, request, response) => sendRange(response, startOf(request), { cutAfter: 120_000 });
  const both = await Promise.all([tryFetch(), tryFetch()]);
  for (const { path } of both) expect(path).toBe(join(folder, "weights.bin"));
  expect(await isKept()).toBe(true);
  expect(await readdir(folder)).toEqual(["weights.bin"]);
  await rm(join(folder, "weights.bin"));
  await writeFile(join(folder, `${PARTIAL}.lock`), "999999999");
  expect(await tryFetch()).toMatchObject({ wasCached: false });
  expect(await readdir(folder)).toEqual(["weights.bin"]);
});

test("a folder that cannot be written is said; so is a name or a digest that is none", async () => {
  await writeFile(join(folder, "file"), "");
  expect((await tryFetch({ cacheFolder: join(folder, "file", "deeper") })).failure).toContain("could not be kept");
  await expect(tryFetchFile({ ...published, name: "../up" })).rejects.toThrow("a name must be that of a file");
  await expect(tryFetchFile({ ...published, sha256: "abc" })).rejects.toThrow("8 to 64 hexadecimal digits");
  await expect(tryFetch({ fetch } as FetchFileOptions)).rejects.toThrow('unknown option "fetch"');
});
