"""One training step (forward and gradients of weights and inputs) of a group of circuits in PennyLane, as its users write it:

- default.qubit with interface="torch", diff_method="backprop", one QNode;
- a Python loop over the sub-generators, as in PennyLane's patch GAN tutorial and the published MosaiQ program;
- the whole batch in one call by parameter broadcasting (those two programs loop over the samples as well, which is slower);
- torch.stack of the expectation values, a loss, backward(); float64 as default.qubit computes; one thread.
"""
import json
import math
import os
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "quantum-step":
    sys.exit(f"pennylane is not timed on {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import pennylane as qml
import torch

from quantum_circuits import circuit

torch.set_num_threads(1)
torch.manual_seed(0)
count, qubits, batch = (arguments[key] for key in ("count", "qubits", "batch"))
operations, num_weights, pauli = circuit(arguments)
gates = {"H": qml.Hadamard, "RX": qml.RX, "RY": qml.RY, "RZ": qml.RZ, "ZZ": qml.IsingZZ, "CNOT": qml.CNOT, "CZ": qml.CZ}
observable = {"X": qml.PauliX, "Z": qml.PauliZ}[pauli]


@qml.qnode(qml.device("default.qubit", wires=qubits), interface="torch", diff_method="backprop")
def run(inputs, weights):
    for gate, wires, angle in operations:
        if angle is None:
            gates[gate](wires=wires)
        else:
            gates[gate](inputs[:, angle[1]] if angle[0] == "input" else weights[angle[1]], wires=wires)
    return [qml.expval(observable(q)) for q in range(qubits)]


inputs = (torch.rand(batch, qubits) * math.pi / 2).requires_grad_()
weights = [((torch.rand(num_weights) * 2 - 1) * math.pi).requires_grad_() for _ in range(count)]
target = torch.randn(batch, count * qubits)


def step():
    outputs = torch.cat([torch.stack(list(run(inputs, each)), dim=1) for each in weights], dim=1)
    loss = (outputs * target).sum()
    loss.backward()
    for tensor in (inputs, *weights):
        tensor.grad = None


step()
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 2 or time.perf_counter() - wall < 2:
    step()
    runs += 1
result = {
    "version": qml.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
