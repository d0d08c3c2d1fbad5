import { Buffer } from "node:buffer";
import { type ClientRequest, request as httpRequest, type IncomingMessage, type RequestOptions } from "node:http";
import { request as httpsRequest } from "node:https";
import { isIP, type Socket } from "node:net";
import { connect } from "node:tls";
import { UsageError } from "repro-kit";
import { type Environment, proxyFor } from "./proxy.ts";

export interface HttpGetOptions {
  readonly headers?: Readonly<Record<string, string>>;
  /** Where the proxies are named. */
  readonly environment: Environment;
  readonly signal: AbortSignal;
  /** Certificates to trust instead of the usual ones. */
  readonly certificates?: string;
}

const MAX_REDIRECTS = 10;

/**
 * GET, over a proxy where the environment names one, following redirects; the body is left to the caller, who must read or
 * destroy it. https is never given up for http.
 *
 * @throws the socket's error, or UsageError for an address that is none or redirects that lead nowhere.
 */
export async function httpGet(address: string, options: HttpGetOptions): Promise<IncomingMessage> {
  let url = parse(address);
  for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
    const response = await getOnce(url, options);
    const { location } = response.headers;
    const status = response.statusCode ?? 0;
    if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return response;
    response.destroy();
    const next = parse(new URL(location, url).href);
    if (url.protocol === "https:" && next.protocol !== "https:")
      throw new UsageError(`[download] ${address} leads from https to http, which is not followed.`);
    url = next;
  }
  throw new UsageError(`[download] ${address} leads to more than ${MAX_REDIRECTS} other addresses.`);
}

function parse(address: string): URL {
  const url = URL.canParse(address) ? new URL(address) : undefined;
  if (url?.protocol !== "http:" && url?.protocol !== "https:")
    throw new UsageError(`[download] an address begins with https:// or http://; got ${address}.`);
  return url;
}

async function getOnce(url: URL, { headers = {}, environment, signal, certificates }: HttpGetOptions): Promise<IncomingMessage> {
  const proxy = proxyFor(url, environment);
  const common: RequestOptions = { headers: { ...headers, host: url.host }, signal, agent: false };
  const trust = certificates === undefined ? {} : { ca: certificates };
  if (url.protocol === "http:") {
    if (!proxy) return respond(httpRequest(url, common));
    return respond(
      requestOf(proxy)(proxy, { ...common, ...trust, path: url.href, headers: { ...common.headers, ...credentials(proxy) } }),
    );
  }
  if (!proxy) return respond(httpsRequest(url, { ...common, ...trust }));
  const socket = await openTunnel(proxy, url, { signal, agent: false, ...trust });
  const host = url.hostname.replace(/^\[|\]$/g, "");
  const createConnection = () => connect({ socket, host, servername: isIP(host) ? "" : host, ...trust });
  return respond(httpsRequest(url, { ...common, agent: undefined, createConnection })); // an agent would make its own connection
}

const requestOf = (proxy: URL) => (proxy.protocol === "https:" ? httpsRequest : httpRequest);

/** A connection through the proxy, by CONNECT. */
function openTunnel(proxy: URL, target: URL, options: RequestOptions): Promise<Socket> {
  const authority = `${target.hostname}:${target.port || 443}`;
  const headers = { host: authority, ...credentials(proxy) };
  return new Promise((resolve, reject) => {
    const request = requestOf(proxy)(proxy, { ...options, method: "CONNECT", path: authority, headers });
    request.once("connect", ({ statusCode }, socket: Socket) => {
      if (statusCode === 200) return resolve(socket);
      socket.destroy();
      reject(new Error(`the proxy ${proxy.host} answered ${statusCode}`));
    });
    request.once("error", reject).end();
  });
}

function credentials({ username, password }: URL): Record<string, string> {
  if (username === "") return {};
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  return { "proxy-authorization": `Basic ${Buffer.from(pair).toString("base64")}` };
}

function respond(request: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => request.once("response", resolve).once("error", reject).end());
}
