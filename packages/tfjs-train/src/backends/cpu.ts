import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter } from "./backend.ts";

/** Plain JavaScript: slow, always there, the oracle of the tests. */
export const cpuBackend: BackendStarter = {
  name: "cpu",
  where: "anywhere",
  async start() {
    const { version_cpu: version } = await import("@tensorflow/tfjs-backend-cpu");
    silenceCpuGreeting();
    if (!(await tf.setBackend("cpu"))) throw new Error("tfjs-backend-cpu did not start");
    return { version, threads: 1, note: "plain JavaScript, for tests and small things" };
  },
};

/** The cpu backend advises to install tfjs-node at its first tensor in Node; what to use is said by `ready` alone. */
function silenceCpuGreeting(): void {
  const backend: unknown = tf.findBackend("cpu");
  if (typeof backend === "object" && backend !== null && "firstUse" in backend) backend.firstUse = false;
}
