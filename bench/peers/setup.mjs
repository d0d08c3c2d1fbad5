// Makes the Python environment of the peers (torch, PennyLane, SciPy, Pillow …) outside the clone.
// Usage: node bench/peers/setup.mjs [--folder <path>] — default: ../peers-env beside the clone, or QGAN_PEERS_ENV.
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv, env, exit, platform } from "node:process";

const flag = argv.indexOf("--folder");
const folder = resolve(
  flag > 0 ? argv[flag + 1] : (env.QGAN_PEERS_ENV ?? join(import.meta.dirname, "..", "..", "..", "peers-env")),
);
const python = platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");

function run(command, ...args) {
  console.log(`> ${[command, ...args].join(" ")}`);
  const { status } = spawnSync(command, args, { stdio: "inherit" });
  if (status !== 0) {
    console.error(`${command} failed (exit ${status}). The environment in ${folder} is incomplete; run this again.`);
    exit(1);
  }
}

if (!existsSync(python)) run(platform === "win32" ? "python" : "python3", "-m", "venv", folder);
// The CPU build of torch comes first: with it present nothing pulls the CUDA packages.
run(python, "-m", "pip", "install", "--quiet", "torch==2.13.0");
run(python, "-m", "pip", "install", "--quiet", "numpy", "scipy", "pillow", "pennylane==0.45.1", "safetensors", "scikit-learn");
run(python, "-m", "pip", "install", "--quiet", "tensorboard");
run(python, "-m", "pip", "install", "--quiet", "qiskit==2.6.2", "qiskit-aer==0.18.2", "qiskit-qasm3-import==0.6.0");
// Quantum peers beside PennyLane and Aer: tensorcircuit on JAX, and qsim with the part of Cirq that it needs.
run(python, "-m", "pip", "install", "--quiet", "jax==0.10.2", "jaxlib==0.10.2", "tensorcircuit-ng==1.10.0", "qsimcirq==0.22.1");
console.log(`The peers' environment is ready: ${python}`);
