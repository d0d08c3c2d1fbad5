import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { httpGet } from "./http-get.ts";
import { type Environment, proxyFor } from "./proxy.ts";

const fixture = (name: string): string => readFileSync(join(import.meta.dirname, "__fixtures__", name), "utf8");
const certificates = fixture("localhost.cert.pem");
const servers: Server[] = [];
const sockets: Socket[] = [];

async function listen(server: Server): Promise<number> {
  servers.push(server);
  server.on("connection", (socket) => sockets.push(socket));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port; // a TCP server has an address with a port
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy(); // tunnels too, of which the server no longer knows
  for (const server of servers.splice(0)) {
    await new Promise((resolve) => server.close(resolve));
  }
});

const get = async (address: string, environment: Environment = {}, signal = new AbortController().signal) => {
  const response = await httpGet(address, { environment, signal, certificates });
  let text = "";
  for await (const piece of response.setEncoding("utf8")) text += piece;
  return { status: response.statusCode, text };
};

/** A proxy that forwards plain requests and opens tunnels; tells what it was asked. */
async function startProxy(allow = true) {
  const asked: { line: string; authorization: string | undefined }[] = [];
  const note = ({ method, url, headers }: IncomingMessage) =>
    asked.push({ line: `${method} ${url}`, authorization: headers["proxy-authorization"] });
  const proxy = createServer((request, response) => {
    note(request);
    response.end("from the proxy");
  });
  proxy.on("connect", (request, client) => {
    note(request);
    if (!allow) return client.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const [host, port] = (request.url ?? "").split(":");
    const target = connect(Number(port), host, () => {
      client.write("HTTP/1.1 200 Connection established\r\n\r\n");
      target.pipe(client).pipe(target);
    });
    target.on("error", () => client.destroy());
    client.on("error", () => target.destroy());
    return undefined;
  });
  return { port: await listen(proxy), asked };
}

const startSecure = () =>
  listen(createSecureServer({ cert: certificates, key: fixture("localhost.key.pem") }, (_, response) => response.end("secret")));

test("http goes to the proxy with the whole address and the credentials, but not past NO_PROXY", async () => {
  const { port, asked } = await startProxy();
  const target = await listen(createServer((_, response) => response.end("direct")));
  const environment = { HTTP_PROXY: `http://me:p%40ss@127.0.0.1:${port}` };
  expect((await get(`http://127.0.0.1:${target}/a?b`, environment)).text).toBe("from the proxy");
  expect(asked).toEqual([{ line: `GET http://127.0.0.1:${target}/a?b`, authorization: `Basic ${btoa("me:p@ss")}` }]);
  expect((await get(`http://127.0.0.1:${target}/`, { ...environment, NO_PROXY: "127.0.0.1" })).text).toBe("direct");
});

test("https goes through a tunnel, and the proxy sees the host alone", async () => {
  const secure = await startSecure();
  const { port, asked } = await startProxy();
  expect(await get(`https://127.0.0.1:${secure}/file`, { https_proxy: `127.0.0.1:${port}` })).toEqual({
    status: 200,
    text: "secret",
  });
  expect(asked.map(({ line }) => line)).toEqual([`CONNECT 127.0.0.1:${secure}`]);
  const refusing = await startProxy(false);
  await expect(get(`https://127.0.0.1:${secure}/`, { HTTPS_PROXY: `http://127.0.0.1:${refusing.port}` })).rejects.toThrow(
    `the proxy 127.0.0.1:${refusing.port} answered 407`,
  );
});

test("a certificate that nobody vouches for is refused", async () => {
  const secure = await startSecure();
  const signal = new AbortController().signal;
  await expect(httpGet(`https://127.0.0.1:${secure}/`, { environment: {}, signal })).rejects.toThrow(/self.signed/);
});

test("redirects are followed, but not without end, not from https to http, not to other protocols", async () => {
  const port = await listen(
    createServer(({ url }, response) => {
      if (url === "/end") response.end("here");
      else if (url === "/other") response.writeHead(302, { location: "file:///etc/passwd" }).end();
      else response.writeHead(302, { location: url === "/loop" ? "/loop" : "/end" }).end();
    }),
  );
  expect((await get(`http://127.0.0.1:${port}/start`)).text).toBe("here");
  await expect(get(`http://127.0.0.1:${port}/loop`)).rejects.toThrow("leads to more than 10 other addresses");
  await expect(get(`http://127.0.0.1:${port}/other`)).rejects.toThrow("begins with https:// or http://");
  const secure = await listen(
    createSecureServer({ cert: certificates, key: fixture("localhost.key.pem") }, (_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${port}/end` }).end(),
    ),
  );
  await expect(get(`https://127.0.0.1:${secure}/`)).rejects.toThrow("from https to http");
  await expect(get("ftp://host/file")).rejects.toThrow("an address begins with");
});

test("an abort ends the request", async () => {
  const port = await listen(createServer(() => {}));
  await expect(get(`http://127.0.0.1:${port}/`, {}, AbortSignal.timeout(50))).rejects.toThrow(/abort|timeout/i);
});

test("which proxy, and which hosts do without", () => {
  const https = (host: string) => new URL(`https://${host}/`);
  const environment = { HTTPS_PROXY: "http://a:1", HTTP_PROXY: "b:2", NO_PROXY: "example.com, .inner.org other:8443,*.star.net" };
  expect(proxyFor(https("github.com"), environment)?.href).toBe("http://a:1/");
  expect(proxyFor(new URL("http://github.com"), environment)?.href).toBe("http://b:2/");
  for (const host of ["example.com", "www.example.com", "x.inner.org", "inner.org", "other:8443", "y.star.net", "EXAMPLE.com"])
    expect(proxyFor(https(host), environment), host).toBeUndefined();
  for (const host of ["notexample.com", "other", "example.com.evil.org"])
    expect(proxyFor(https(host), environment), host).toBeDefined();
  for (const list of ["::1", "[::1]", "localhost,[::1]:8443", "FE80::2 ::1"])
    expect(proxyFor(https("[::1]:8443"), { ...environment, NO_PROXY: list }), list).toBeUndefined();
  expect(proxyFor(https("[::2]"), { ...environment, NO_PROXY: "::1" })).toBeDefined();
  expect(proxyFor(https("x"), { ...environment, NO_PROXY: "*" })).toBeUndefined();
  expect(proxyFor(https("x"), { https_proxy: "http://small:1", HTTPS_PROXY: "http://large:1" })?.hostname).toBe("small");
  expect(proxyFor(https("x"), { ALL_PROXY: "http://all:1" })?.hostname).toBe("all");
  expect(proxyFor(https("x"), {})).toBeUndefined();
  expect(proxyFor(https("x"), { https_proxy: "" })).toBeUndefined();
  expect(() => proxyFor(https("x"), { https_proxy: "socks5://a:1" })).toThrow("must be an http:// or https:// address");
});
