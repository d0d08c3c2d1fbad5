import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/**
 * Builds @tensorflow/tfjs-node into the project around the working directory by tfjs-train's script (Linux x64; 200 MB by pip,
 * a C++ compiler, some minutes the first time). Its lines go to stderr.
 *
 * @returns Whether it is in place now.
 */
export async function installNative(): Promise<boolean> {
  const script = join(dirname(createRequire(import.meta.url).resolve("tfjs-train/package.json")), "setup-native.mjs");
  const child = spawn(process.execPath, [script], { stdio: ["ignore", 2, 2] });
  const [status] = await once(child, "close");
  return status === 0;
}
