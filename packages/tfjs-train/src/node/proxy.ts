import { expect } from "repro-kit";

/** Variables of the process, or such a record. */
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The proxy for an address, from `HTTPS_PROXY`, `HTTP_PROXY` and `ALL_PROXY` (or in small letters, which win); undefined where
 * `NO_PROXY` names the host. An entry of `NO_PROXY` is a host with all below it, with or without a port, an address (IPv6 with or
 * without brackets), or `*` for all.
 *
 * @throws UsageError if the proxy is no http or https address.
 */
export function proxyFor(address: URL, environment: Environment): URL | undefined {
  const variable = (name: string) => environment[name] || environment[name.toUpperCase()] || undefined;
  const given = variable(address.protocol === "https:" ? "https_proxy" : "http_proxy") ?? variable("all_proxy");
  if (!given || isExcepted(address, variable("no_proxy") ?? "")) return undefined;
  const text = /^[a-z][a-z0-9+.-]*:\/\//i.test(given) ? given : `http://${given}`;
  const proxy = URL.canParse(text) ? new URL(text) : undefined;
  const isKnown = proxy?.protocol === "http:" || proxy?.protocol === "https:";
  expect(isKnown, "proxy", "a proxy must be an http:// or https:// address. Correct HTTPS_PROXY, HTTP_PROXY or ALL_PROXY.");
  return proxy;
}

function isExcepted({ hostname, port, protocol }: URL, list: string): boolean {
  const ownPort = port || (protocol === "https:" ? "443" : "80");
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== "")
    .some((entry) => {
      if (entry === "*") return true;
      const { host, entryPort } = hostAndPort(entry.toLowerCase());
      const name = host.replace(/^\*?\./, "");
      const isHost = hostname === name || hostname.endsWith(`.${name}`);
      return isHost && (entryPort === undefined || entryPort === ownPort);
    });
}

/** "host", "host:port", "[::1]:port", or "::1", which stands in an address as [::1]. */
function hostAndPort(entry: string): { readonly host: string; readonly entryPort: string | undefined } {
  if (entry.split(":").length > 2 && !entry.startsWith("[")) return { host: `[${entry}]`, entryPort: undefined };
  const [, host = entry, entryPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  return { host, entryPort };
}
