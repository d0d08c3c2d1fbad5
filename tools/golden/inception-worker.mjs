// The loader of the main thread does not reach worker threads: register it here, then run the TypeScript.
import { register } from "tsx/esm/api";

register();
await import("./inception-worker.ts");
