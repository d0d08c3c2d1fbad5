import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { createCircuit } from "../circuit.ts";
import { CNOT, CZ, H, RX, RY } from "../gates/index.ts";
import { readQasm } from "../qasm/read-qasm.ts";
import { createJobServer, type Fault, type JobServerOptions } from "./__fixtures__/job-server.ts";
import { measureOnDevice } from "./device-runner.ts";
import type { DeviceTarget } from "./device-target.ts";
import { type CreateJobDeviceOptions, createJobDevice } from "./job-device.ts";
import { createHttpJobService } from "./job-service.ts";
import { jobFile } from "./job-store.ts";

const SHOTS = 2000;
const circuit = createCircuit({
  name: "pair",
  numQubits: 3,
  operations: [RY.on([0], { weight: 0 }), RX.on([1], { weight: 1 }), CNOT.on([0, 2]), CZ.on([1, 2]), H.on([1])],
  observables: ["Z0", "X1", "Z0 Z2"],
});
const weights = [1, 0.4];
/** ⟨Z0⟩ = cos 1; ⟨Z0 Z2⟩ = 1; five standard errors. */
const CLOSE = 5 / Math.sqrt(SHOTS);

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function serve(options: JobServerOptions = {}) {
  const server = await createJobServer(options);
  closers.push(server.close);
  return server;
}
const deviceAt = (url: string, options: Partial<CreateJobDeviceOptions> = {}, requestTimeoutMs = 5000) =>
  createJobDevice({
    name: "loop",
    service: createHttpJobService({ url, requestTimeoutMs }),
    pollMs: 1,
    retry: { baseMs: 1, maxMs: 50 },
    ...options,
  });
function folder(): string {
  const path = mkdtempSync(join(tmpdir(), "job-device-"));
  closers.push(() => rmSync(path, { recursive: true, force: true }));
  return path;
}

test("a job is submitted, looked at and read", async () => {
  const server = await serve();
  const device = deviceAt(server.url);
  const [z, , zz] = await measureOnDevice(device, circuit, { weights, shots: SHOTS });
  expect(Math.abs(z - Math.cos(1))).toBeLessThan(CLOSE);
  expect(zz).toBe(1);
  expect(server.log).toEqual(["POST /jobs", "GET /jobs/1", "GET /jobs/1", "GET /jobs/1"]);
  expect(await device.savedJobs()).toEqual([]);
});

test("connections that break, late answers, refusals for a time and halves of answers do no harm, and nothing runs twice", async () => {
  const faults: readonly (Fault | undefined)[] = [
    "drop",
    "unavailable",
    "drop-after",
    "busy",
    undefined,
    "late",
    "garbage",
    "drop",
  ];
  const server = await serve({ fault: (k) => faults[k] });
  const device = deviceAt(server.url, { retry: { baseMs: 1, maxMs: 50, attempts: 8 } }, 3000);
  const [z] = await measureOnDevice(device, circuit, { weights, shots: SHOTS });
  expect(Math.abs(z - Math.cos(1))).toBeLessThan(CLOSE);
  expect(server.jobs.size).toBe(1);
  expect(server.log.slice(0, 8)).toEqual([
    ...["POST /jobs drop", "POST /jobs unavailable", "POST /jobs drop-after", "POST /jobs busy", "POST /jobs"],
    ...["GET /jobs/1 late", "GET /jobs/1 garbage", "GET /jobs/1 drop"],
  ]);
});

test("a program that was stopped takes up its jobs where it reads the same tasks again", async () => {
  const server = await serve({ looks: 4 });
  const path = join(folder(), "jobs.json");
  const stop = new AbortController();
  const stopped = measureOnDevice(deviceAt(server.url, { store: jobFile(path), pollMs: 100_000 }), circuit, {
    weights,
    shots: SHOTS,
    signal: stop.signal,
  });
  while (server.log.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort(new Error("the program ends"));
  await expect(stopped).rejects.toThrow("the program ends");
  expect(JSON.parse(readFileSync(path, "utf8"))).toMatchObject([{ device: "loop", id: "1", numQubits: [3] }]);

  const device = deviceAt(server.url, { store: jobFile(path) });
  const [z] = await measureOnDevice(device, circuit, { weights, shots: SHOTS });
  expect(Math.abs(z - Math.cos(1))).toBeLessThan(CLOSE);
  expect(server.log.filter((line) => line.startsWith("POST"))).toHaveLength(1);
  expect(JSON.parse(readFileSync(path, "utf8"))).toEqual([]);
  // It is read; the same tasks now are another job.
  await measureOnDevice(device, circuit, { weights, shots: SHOTS });
  expect(server.jobs.size).toBe(2);
});

test("a job whose submission got no answer is sent again under its key by the next program", async () => {
  const server = await serve({ fault: (k) => (k < 2 ? "drop-after" : undefined) });
  const path = join(folder(), "jobs.json");
  const options = { store: jobFile(path), retry: { attempts: 2, baseMs: 1, maxMs: 2 } };
  await expect(deviceAt(server.url, options).read([{ circuit, weights, shots: 10 }])).rejects.toThrow(
    /^\[loop\] the service did not answer in 2 attempts; the last failure was POST http:\/\/127\.0\.0\.1:\d+\/jobs: .+\. The job is saved; read the same tasks again to take it up\.$/,
  );
  const [readings] = await deviceAt(server.url, options).read([{ circuit, weights, shots: 10 }]);
  expect(readings.shots).toBe(10);
  expect(server.jobs.size).toBe(1);
  expect(server.state.numCircuitsRun).toBe(1);
});

test("saved jobs can be collected without their tasks, and cancelled", async () => {
  const server = await serve();
  const store = jobFile(join(folder(), "jobs.json"));
  const device = deviceAt(server.url, { store, pollMs: 100_000 });
  const stop = new AbortController();
  const waits = [20, 30].map((shots) => device.read([{ circuit, weights, shots }], { signal: stop.signal }));
  while ((await device.savedJobs()).filter(({ id }) => id).length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await Promise.allSettled(waits);

  const later = deviceAt(server.url, { store });
  const saved = await later.savedJobs();
  const [first, second] = [...saved].sort((a, b) => a.request.circuits[0].shots - b.request.circuits[0].shots);
  expect((await later.collect(first))[0].shots).toBe(20);
  await later.cancel(second);
  expect([...server.jobs.values()].map(({ state }) => state).sort()).toEqual(["cancelled", "done"]);
  expect(await later.savedJobs()).toEqual([]);
});

test("a job that the service has dropped can be cancelled, and the tasks sent anew", async () => {
  const server = await serve();
  const store = jobFile(join(folder(), "jobs.json"));
  const device = deviceAt(server.url, { store, pollMs: 100_000 });
  const stop = new AbortController();
  const task = { circuit, weights, shots: 20 };
  const stopped = device.read([task], { signal: stop.signal });
  while (!(await device.savedJobs())[0]?.id) await new Promise((resolve) => setTimeout(resolve, 5));
  stop.abort();
  await Promise.allSettled([stopped]);
  server.jobs.clear();

  const later = deviceAt(server.url, { store });
  // It may be the address that is wrong: nothing is forgotten unasked.
  await expect(later.read([task])).rejects.toThrow(
    "HTTP 404, no such job. The job is saved; if the service has dropped it, cancel it (savedJobs, cancel) and read the tasks again.",
  );
  const [job] = await later.savedJobs();
  await later.cancel(job);
  expect(await later.savedJobs()).toEqual([]);
  expect((await later.read([task]))[0].shots).toBe(20);
});

test("equal tasks at one time are jobs of their own", async () => {
  const server = await serve();
  const device = deviceAt(server.url);
  const task = { circuit, weights, shots: 50 };
  const [[a], [b]] = await Promise.all([device.read([task]), device.read([task])]);
  expect(server.jobs.size).toBe(2);
  expect(a).not.toEqual(b);
});

test("more circuits than a job takes are several jobs, read in order; cost and shots are told beforehand", async () => {
  const server = await serve();
  const device = deviceAt(server.url, {
    limits: { circuitsPerJob: 2, shotsPerCircuit: 1000 },
    pricing: { unit: "USD", perJob: 0.3, perCircuit: 0.05, perShot: 0.0001 },
  });
  const tasks = [1, 2, 3, 4, 5].map((qubit) => ({
    circuit: createCircuit({ numQubits: qubit, operations: [RX.on([qubit - 1], Math.PI)] }),
    shots: 100,
  }));
  const estimate = device.estimate(tasks);
  expect(estimate).toMatchObject({ numJobs: 3, numCircuits: 5, numShots: 500, unit: "USD" });
  expect(estimate.cost).toBeCloseTo(0.9 + 0.25 + 0.05, 12);
  expect(estimate.sentence).toBe("5 circuits with 500 shots in 3 jobs on loop: 1.2 USD.");
  const readings = await device.read(tasks);
  expect(readings.map(({ numQubits, states }) => [numQubits, [...states]])).toEqual(
    [1, 2, 3, 4, 5].map((numQubits) => [numQubits, [1]]),
  );
  expect(server.jobs.size).toBe(3);
  await expect(device.read([{ circuit, weights, shots: 1001 }])).rejects.toThrow(
    "[loop] takes at most 1000 shots a circuit; got 1001.",
  );
  await expect(device.read([{ circuit, weights }])).rejects.toThrow("[loop] reads with shots, and pair has none; give shots.");
  const limits = { cost: 0.001 };
  await expect(measureOnDevice(device, circuit, { weights, shots: 10, limits })).rejects.toThrow(
    "[loop] the limit is 0.001 USD, and nothing was sent; this takes 1 circuit with 10 shots in 1 job on loop: 0.351 USD.",
  );
});

test("circuits come in the device's gates on its qubits", async () => {
  const server = await serve();
  const pairs = [0, 1, 2, 3, 4].map((k) => [k, k + 1] as const);
  const target: DeviceTarget = {
    name: "line",
    numQubits: 6,
    entangler: "ecr",
    edges: pairs.map((pair, k) => ({ pair, error: 0.01 * (5 - k) })),
  };
  const [z, , zz] = await measureOnDevice(deviceAt(server.url, { target }), circuit, { weights, shots: SHOTS });
  expect(Math.abs(z - Math.cos(1))).toBeLessThan(CLOSE);
  expect(zz).toBe(1);
  const [{ request }] = server.jobs.values();
  for (const { qasm } of request.circuits) {
    const { circuit: sent, measurements } = readQasm(qasm);
    expect(sent.numQubits).toBe(6);
    expect(measurements.map(({ bit }) => bit)).toEqual([0, 1, 2]);
    for (const { gate, wires } of sent.operations)
      expect(wires.length === 1 ? ["RZ", "SX", "X"] : pairs.map((pair) => `ECR ${pair}`)).toContain(
        wires.length === 1 ? gate.name : `${gate.name} ${wires}`,
      );
  }
});

test("what fails for good is one sentence", async () => {
  const server = await serve({ failure: () => "the fridge is warm" });
  const device = deviceAt(server.url);
  const task = { circuit, weights, shots: 10 };
  await expect(device.read([task])).rejects.toThrow("[loop] job 1 failed on the device: the fridge is warm. Submit it again.");
  expect(await device.savedJobs()).toEqual([]);
  await expect(device.read([{ ...task, shots: 20_000 }])).rejects.toThrow(
    `[loop] the service refused the request; the last failure was POST ${server.url}/jobs: HTTP 400, at most 10000 shots.`,
  );
  expect(await device.savedJobs()).toEqual([]);
  expect(() => createHttpJobService({ url: "ftp://x" })).toThrow(
    '[createHttpJobService] url must be an address of http or https; got "ftp://x".',
  );
  const path = join(folder(), "jobs.json");
  writeFileSync(path, '{"a":1}');
  await expect(deviceAt(server.url, { store: jobFile(path) }).read([task])).rejects.toThrow(
    "is no list of saved jobs. Give another path.",
  );
});
