"""Counts of a noisy circuit in Qiskit Aer: AerSimulator with a NoiseModel, one thread, the fastest of its ways.

The circuit is RX RY RZ + CNOT layers; after each rotation a depolarising error (p/3 each Pauli), after each CNOT one on both qubits;
with "damping" an amplitude damping error follows each CNOT on both qubits. Every shot is a trajectory, or drawn from the density matrix.
"""
import json
import math
import os
import random
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "noisy-forward":
    sys.exit(f"aer is not timed on {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import qiskit_aer
from qiskit import QuantumCircuit
from qiskit_aer import AerSimulator
from qiskit_aer.noise import NoiseModel, amplitude_damping_error, depolarizing_error

qubits, layers, trajectories = (arguments[key] for key in ("qubits", "layers", "trajectories"))
p1, p2, damping = arguments["p1"], arguments["p2"], arguments["damping"]
# Aer's parameter is the weight of I/d: 4/3 of p on one wire, 16/15 on two.
one, two = depolarizing_error(p1 * 4 / 3, 1), depolarizing_error(p2 * 16 / 15, 2)
if damping > 0:
    single = amplitude_damping_error(damping)
    two = two.compose(single.tensor(single))
noise = NoiseModel(basis_gates=["rx", "ry", "rz", "cx"])
noise.add_all_qubit_quantum_error(one, ["rx", "ry", "rz"])
noise.add_all_qubit_quantum_error(two, ["cx"])
random.seed(0)
circuit = QuantumCircuit(qubits)
for q in range(qubits):
    circuit.ry(random.uniform(0, math.pi / 2), q)
for _ in range(layers):
    for q in range(qubits):
        for gate in (circuit.rx, circuit.ry, circuit.rz):
            gate(random.uniform(-math.pi, math.pi), q)
    for q in range(qubits - 1):
        circuit.cx(q, q + 1)
circuit.measure_all()


def timed(options):
    simulator = AerSimulator(
        noise_model=noise, basis_gates=noise.basis_gates, max_parallel_threads=1, precision=arguments.get("precision", "single"), **options
    )

    def forward():
        result = simulator.run(circuit, shots=trajectories, seed_simulator=1).result()
        if not result.success:
            raise RuntimeError(result.status)
        result.get_counts()

    forward()
    cpu, wall, runs = time.process_time(), time.perf_counter(), 0
    while runs < 2 or time.perf_counter() - wall < 1.5:
        forward()
        runs += 1
    return (time.process_time() - cpu) * 1000 / runs, (time.perf_counter() - wall) * 1000 / runs


# Trajectories plain and with gates fused, and the exact density matrix with its counts: the best of the three is the peer.
ways = {
    "trajectories": {"method": "statevector"},
    "trajectories, fused": {"method": "statevector", "fusion_max_qubit": 3, "fusion_threshold": 1},
    "density matrix": {"method": "density_matrix"},
}
timings = {name: timed(options) for name, options in ways.items()}
best = min(timings, key=timings.get)
cpu, wall = timings[best]
print(json.dumps({"version": f"{qiskit_aer.__version__} ({best})", "cpuMs": cpu, "wallMs": wall}))
