import * as tf from "@tensorflow/tfjs-core";
import type { BackendStarter } from "./backend.ts";

/** The graphics processor through WebGPU, in a browser that has it. */
export const webgpuBackend: BackendStarter = graphicsBackend("webgpu", "WebGPU");

/** The graphics processor through WebGL, in a browser. */
export const webglBackend: BackendStarter = graphicsBackend("webgl", "WebGL");

/** The program imports the backend's package itself, which registers it: a bundler could not leave an optional one out. */
function graphicsBackend(name: "webgpu" | "webgl", title: string): BackendStarter {
  return {
    name,
    where: "browser",
    async start() {
      if (!tf.findBackendFactory(name))
        throw new Error(`not imported (npm install @tensorflow/tfjs-backend-${name}, and import it before ready)`);
      if (!(await tf.setBackend(name).catch(() => false))) throw new Error(`this machine offers no ${title}`);
      return { version: tf.version_core, threads: 1, note: `the graphics processor by ${title}` };
    },
  };
}
