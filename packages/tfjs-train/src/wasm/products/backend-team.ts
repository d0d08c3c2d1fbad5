import type { BackendWasm } from "@tensorflow/tfjs-backend-wasm";
import { memoryOf } from "../heap-kernels.ts";
import { createKernelTeam, type KernelTeam } from "../threads/kernel-team.ts";
import { isSharedMemory } from "../threads/share-memory.ts";
import { productModule } from "./product-module.ts";

const teams = new WeakMap<BackendWasm, KernelTeam>();
let wantedThreads = 1;

/**
 * How many threads work on products from now on. More than one need a backend whose memory is shared (see `sharingBackendMemory`).
 *
 * @returns How many there will be.
 */
export function useThreads(backend: BackendWasm, threads: number): number {
  const team = teams.get(backend);
  if (threads !== wantedThreads && team) {
    team.close();
    teams.delete(backend);
  }
  wantedThreads = threads;
  return productTeam(backend).size;
}

/** The products' kernels in the backend's memory and the threads that run them. */
export function productTeam(backend: BackendWasm): KernelTeam {
  let team = teams.get(backend);
  if (!team) {
    const memory = memoryOf(backend);
    team = createKernelTeam({ modules: [productModule(isSharedMemory(memory))], memory, threads: wantedThreads });
    teams.set(backend, team);
  }
  return team;
}
