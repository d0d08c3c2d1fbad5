import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { createHttpJobService } from "./job-service.ts";
import { ServiceError } from "./retry.ts";

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

/** A service that always answers this. */
async function answering(status: number, body: string, headers: Record<string, string> = {}) {
  const seen: string[] = [];
  const server = createServer((request, response) => {
    seen.push(`${request.method} ${request.url} ${request.headers.authorization ?? ""}`.trim());
    response.writeHead(status, headers).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  closers.push(() => new Promise((resolve) => server.close(resolve)));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/`; // it listens on a port
  return { service: createHttpJobService({ url, headers: { authorization: "Bearer x" } }), seen };
}
const failureOf = (promise: Promise<unknown>): Promise<unknown> => promise.then(() => undefined).catch((error) => error);

test("asks in the words of the protocol", async () => {
  const { service, seen } = await answering(200, '{"id":"a/b","state":"running"}');
  expect(await service.submit({ circuits: [] }, "key")).toBe("a/b");
  expect(await service.status("a/b")).toEqual({ state: "running" });
  await service.cancel("a/b");
  expect(seen).toEqual(["POST /v1/jobs Bearer x", "GET /v1/jobs/a%2Fb Bearer x", "DELETE /v1/jobs/a%2Fb Bearer x"]);
});

test.each([
  [503, "", {}, true, undefined, /: HTTP 503$/],
  [429, "", { "retry-after": "3" }, true, 3000, /: HTTP 429$/],
  [404, '{"message":"no such job"}', {}, false, undefined, /: HTTP 404, no such job$/],
  [401, "<html>", {}, false, undefined, /: HTTP 401$/],
  [200, '{"state":', {}, true, undefined, /: the answer is no JSON$/],
  [
    200,
    '{"state":"lost"}',
    {},
    false,
    undefined,
    /^expected a state \(queued, running, done, failed, cancelled\) of job 1; got \{"state":"lost"\}$/,
  ],
  [200, '{"state":"done"}', {}, false, undefined, /^expected a list of counts of job 1; got undefined$/],
] as const)("%i %s", async (status, body, headers, isTemporary, retryAfterMs, message) => {
  const { service } = await answering(status, body, headers);
  const failure = await failureOf(service.status("1"));
  expect(failure).toBeInstanceOf(ServiceError);
  expect(failure).toMatchObject({ isTemporary, retryAfterMs, message: expect.stringMatching(message) });
});

test("an address where nobody listens is a failure for a time, with its reason", async () => {
  const failure = await failureOf(createHttpJobService({ url: "http://127.0.0.1:1" }).status("1"));
  expect(failure).toMatchObject({
    isTemporary: true,
    message: expect.stringMatching(/^GET http:\/\/127\.0\.0\.1:1\/jobs\/1: .*(ECONNREFUSED|bad port)/),
  });
});

test("a stop is the caller's reason, not a failure", async () => {
  const { service } = await answering(200, "{}");
  expect(await failureOf(service.status("1", AbortSignal.abort(new Error("enough"))))).toEqual(new Error("enough"));
});
