import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createRng } from "repro-kit";
import { drawIndices } from "../../measurements/samples.ts";
import { readQasm } from "../../qasm/read-qasm.ts";
import { probabilities, simulate } from "../../simulate.ts";
import type { JobRequest } from "../job-service.ts";

/**
 * What goes wrong with a request: the connection breaks before or after the work is done, the answer does not come, is 503 or 429,
 * or is half of one.
 */
export type Fault = "drop" | "drop-after" | "late" | "unavailable" | "busy" | "garbage";

interface Job {
  readonly request: JobRequest;
  looks: number;
  state: "queued" | "running" | "done" | "failed" | "cancelled";
  message?: string;
}

export interface JobServerOptions {
  /** The fault of request number k, from 0. */
  readonly fault?: (k: number) => Fault | undefined;
  /** Why a job fails, if it does. */
  readonly failure?: (job: JobRequest) => string | undefined;
  /** Looks after which a job is done; default 3. */
  readonly looks?: number;
}

/** A queue on the loopback that really runs what it is sent, with the faults of the world. */
export async function createJobServer({ fault = () => undefined, failure = () => undefined, looks = 3 }: JobServerOptions = {}) {
  const jobs = new Map<string, Job>();
  const byKey = new Map<string, string>();
  const log: string[] = [];
  const state = { numRequests: 0, numCircuitsRun: 0, fault, failure, looks };

  const run = ({ circuits }: JobRequest, id: string) =>
    circuits.map(({ qasm, shots }, k) => {
      state.numCircuitsRun++;
      const { circuit, measurements, bitRegisters } = readQasm(qasm);
      const size = bitRegisters.reduce((sum, register) => sum + register.size, 0);
      const counts: Record<string, number> = {};
      for (const index of drawIndices(probabilities(simulate(circuit)), shots, createRng(Number(id)).fork("circuit", k))) {
        const bits = new Array<string>(size).fill("0");
        // Bit 0 is the last character.
        for (const { wire, bit } of measurements) bits[size - 1 - bit] = String((index >> (circuit.numQubits - 1 - wire)) & 1);
        const key = bits.join("");
        counts[key] = (counts[key] ?? 0) + 1;
      }
      return counts;
    });
  const answerOf = (method: string, path: string, key: string, body: string): { status: number; answer: unknown } => {
    const id = path.split("/")[2] ?? "";
    if (method === "POST") {
      const known = byKey.get(key);
      if (known) return { status: 200, answer: { id: known } };
      const request: JobRequest = JSON.parse(body);
      const tooMany = request.circuits.find(({ shots }) => shots > 10_000);
      if (tooMany) return { status: 400, answer: { message: "at most 10000 shots" } };
      const made = String(jobs.size + 1);
      jobs.set(made, { request, looks: 0, state: "queued" });
      byKey.set(key, made);
      return { status: 201, answer: { id: made } };
    }
    const job = jobs.get(id);
    if (!job) return { status: 404, answer: { message: "no such job" } };
    if (method === "DELETE") {
      job.state = "cancelled";
      return { status: 200, answer: {} };
    }
    job.looks++;
    const waits = job.state === "queued" || job.state === "running";
    if (waits) job.state = job.looks >= state.looks ? "done" : job.looks > 1 ? "running" : "queued";
    const why = job.state === "done" ? state.failure(job.request) : undefined;
    if (why !== undefined) [job.state, job.message] = ["failed", why];
    const counts = job.state === "done" ? { counts: run(job.request, id) } : {};
    return { status: 200, answer: { state: job.state, message: job.message, ...counts } };
  };
  const handle = (request: IncomingMessage, response: ServerResponse, body: string) => {
    const what = state.fault(state.numRequests++);
    const { method = "", url = "" } = request;
    log.push(`${method} ${url}${what ? ` ${what}` : ""}`);
    if (what === "drop") return void request.socket.destroy();
    if (what === "unavailable") return void response.writeHead(503).end("<html>gateway</html>");
    if (what === "busy") return void response.writeHead(429, { "retry-after": "0.02" }).end('{"message":"slow down"}');
    const { status, answer } = answerOf(method, url, String(request.headers["idempotency-key"] ?? ""), body);
    const text = JSON.stringify(answer);
    if (what === "drop-after") return void request.socket.destroy();
    if (what === "late") return;
    const sent = what === "garbage" ? text.slice(0, -2) : text;
    response.writeHead(status, { "content-type": "application/json" }).end(sent);
  };
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (part) => {
      body += part;
    });
    request.on("end", () => handle(request, response, body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo; // it listens on a port
  return {
    url: `http://127.0.0.1:${port}`,
    jobs,
    log,
    state,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
