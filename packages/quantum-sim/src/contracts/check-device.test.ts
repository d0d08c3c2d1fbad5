import { expect, test } from "vitest";
import { createJobServer } from "../hardware/__fixtures__/job-server.ts";
import type { Device } from "../hardware/device.ts";
import { createJobDevice } from "../hardware/job-device.ts";
import { createHttpJobService } from "../hardware/job-service.ts";
import { createSimulatorDevice } from "../hardware/simulator-device.ts";
import { checkDevice } from "./check-device.ts";

test("our devices keep the contract", async () => {
  await checkDevice(createSimulatorDevice());
  await checkDevice(createSimulatorDevice({ numQubits: 1 }), { shots: undefined });
  const server = await createJobServer();
  const service = createHttpJobService({ url: server.url });
  await checkDevice(createJobDevice({ name: "loop", service, numQubits: 5, pollMs: 1 }));
  await server.close();
});

test("bits in another order, tasks in another order and wrong counts are caught", async () => {
  const device = createSimulatorDevice();
  const reversed = (state: number, numQubits: number) =>
    Number.parseInt([...state.toString(2).padStart(numQubits, "0")].reverse().join(""), 2);
  const swapped: Device = {
    ...device,
    read: async (tasks) =>
      (await device.read(tasks)).map((one) => ({ ...one, states: one.states.map((state) => reversed(state, one.numQubits)) })),
  };
  await expect(checkDevice(swapped)).rejects.toThrow("[simulator] task 0 must read state 001 with probability 0; got 1.");
  const late: Device = { ...device, read: async (tasks) => [...(await device.read(tasks))].reverse() };
  await expect(checkDevice(late)).rejects.toThrow("[simulator] task 0 must be read on 3 qubits; got 1.");
  const cheap: Device = { ...device, estimate: (tasks) => ({ ...device.estimate(tasks), numShots: 1 }) };
  await expect(checkDevice(cheap)).rejects.toThrow("[simulator] estimate must count 5000 shots; got 1.");
});
