import { checkOptions, expect } from "repro-kit";
import type { Counts } from "../qasm/counts.ts";
import { ServiceError } from "./retry.ts";

export type JobState = "queued" | "running" | "done" | "failed" | "cancelled";

/** Where a job stands. */
export interface JobStatus {
  readonly state: JobState;
  /** Why it failed, or what it waits for. */
  readonly message?: string;
  /** Of a job that is done: Qiskit's counts, one a circuit in the order of the request. */
  readonly counts?: readonly Counts[];
}

/** One request, as it is sent and saved. */
export interface JobRequest {
  readonly circuits: readonly { readonly qasm: string; readonly shots: number }[];
}

/** A queue that runs circuits. Everything rejects with a `ServiceError`, which says whether trying again makes sense. */
export interface JobService {
  /** Puts a job into the queue and gives its id; the same key again gives the same job. */
  submit(request: JobRequest, key: string, signal?: AbortSignal): Promise<string>;
  status(id: string, signal?: AbortSignal): Promise<JobStatus>;
  cancel(id: string, signal?: AbortSignal): Promise<void>;
}

export interface HttpJobServiceOptions {
  /** Of the service, as "https://example.org/v1". */
  readonly url: string;
  /** Sent with every request, as `{ authorization: "Bearer …" }`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** After so long without an answer a request counts as lost; default 30000. */
  readonly requestTimeoutMs?: number;
}

const STATES: readonly string[] = ["queued", "running", "done", "failed", "cancelled"];

/**
 * A queue over HTTP with JSON: `POST /jobs` with `{ circuits: [{ qasm, shots }] }` and a header Idempotency-Key answers `{ id }`;
 * `GET /jobs/<id>` answers `{ state, message?, counts? }`; `DELETE /jobs/<id>` cancels. Failures of the network, 408, 425, 429 and 5xx are
 * temporary, Retry-After is heeded; other refusals are final.
 *
 * @throws UsageError for an address that is none.
 */
export function createHttpJobService(options: HttpJobServiceOptions): JobService {
  checkOptions("createHttpJobService", options, ["url", "headers", "requestTimeoutMs"]);
  const { url, headers = {}, requestTimeoutMs = 30_000 } = options;
  expect(
    /^https?:\/\//.test(url) && URL.canParse(url),
    "createHttpJobService",
    `url must be an address of http or https; got "${url}".`,
  );
  const base = url.replace(/\/+$/, "");

  const call = async (method: string, path: string, signal?: AbortSignal, init: RequestInit = {}): Promise<unknown> => {
    const what = `${method} ${base}${path}`;
    const timeout = AbortSignal.timeout(requestTimeoutMs);
    let response: Response;
    let text: string;
    try {
      const all = signal ? AbortSignal.any([signal, timeout]) : timeout;
      response = await fetch(base + path, { ...init, method, headers: { ...headers, ...init.headers }, signal: all });
      text = await response.text();
    } catch (cause) {
      signal?.throwIfAborted();
      const reason = timeout.aborted ? `no answer within ${requestTimeoutMs} ms` : reasonOf(cause);
      throw new ServiceError(`${what}: ${reason}`, { isTemporary: true, cause });
    }
    if (!response.ok) {
      const { status } = response;
      const isTemporary = status === 408 || status === 425 || status === 429 || status >= 500;
      const retryAfterMs = retryAfter(response.headers.get("retry-after"));
      const isGone = status === 404 || status === 410;
      throw new ServiceError(`${what}: HTTP ${status}${messageOf(text)}`, { isTemporary, retryAfterMs, isGone });
    }
    try {
      return text === "" ? {} : JSON.parse(text);
    } catch (cause) {
      throw new ServiceError(`${what}: the answer is no JSON`, { isTemporary: true, cause });
    }
  };
  const refuse = (what: string, got: unknown): ServiceError =>
    new ServiceError(`expected ${what}; got ${JSON.stringify(got)?.slice(0, 80)}`, { isTemporary: false });

  return {
    async submit(request, key, signal) {
      const sent = { "content-type": "application/json", "idempotency-key": key };
      const answer = await call("POST", "/jobs", signal, { body: JSON.stringify(request), headers: sent });
      const id = isRecord(answer) ? answer.id : undefined;
      if (typeof id !== "string" || id === "") throw refuse("{ id } from POST /jobs", answer);
      return id;
    },
    async status(id, signal) {
      const answer = await call("GET", `/jobs/${encodeURIComponent(id)}`, signal);
      if (!isRecord(answer) || typeof answer.state !== "string" || !STATES.includes(answer.state))
        throw refuse(`a state (${STATES.join(", ")}) of job ${id}`, answer);
      const { state, message, counts } = answer;
      const isList = Array.isArray(counts) && counts.every(isRecord);
      if (state === "done" && !isList) throw refuse(`a list of counts of job ${id}`, counts);
      return {
        state: state as JobState, // one of STATES
        ...(typeof message === "string" && { message }),
        ...(isList && { counts: counts as unknown as readonly Counts[] }), // the numbers are checked where they are read
      };
    },
    async cancel(id, signal) {
      await call("DELETE", `/jobs/${encodeURIComponent(id)}`, signal);
    },
  };
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** fetch hides the reason in the cause of "fetch failed". */
function reasonOf(error: unknown): string {
  const inner = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return inner instanceof Error ? inner.message || inner.name : String(inner);
}

/** What a refusal says, shortened. */
function messageOf(text: string): string {
  try {
    const answer: unknown = JSON.parse(text);
    if (isRecord(answer) && typeof answer.message === "string") return `, ${answer.message.slice(0, 200)}`;
  } catch {
    // Not JSON: a page of a proxy, which says nothing to a caller.
  }
  return "";
}

/** Seconds, or a date. */
function retryAfter(value: string | null): number | undefined {
  if (value === null) return undefined;
  const ms = /^\d+(\.\d+)?$/.test(value) ? 1000 * Number(value) : Date.parse(value) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}
