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
    sys.exit(f"pennylane has no {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import pennylane as qml
import torch

torch.set_num_threads(1)
torch.manual_seed(0)
count, qubits, layers, batch = (arguments[key] for key in ("count", "qubits", "layers", "batch"))
is_hybridq = arguments["ansatz"] == "hybridq"
device = qml.device("default.qubit", wires=qubits)


@qml.qnode(device, interface="torch", diff_method="backprop")
def hybridq(inputs, weights):
    for q in range(qubits):
        qml.RY(inputs[:, q], wires=q)
    for layer in range(layers):
        for q in range(qubits):
            qml.RX(weights[layer, q, 0], wires=q)
            qml.RY(weights[layer, q, 1], wires=q)
            qml.RZ(weights[layer, q, 2], wires=q)
        for q in range(qubits - 1):
            qml.CNOT(wires=[q, q + 1])
    return [qml.expval(qml.PauliZ(q)) for q in range(qubits)]


@qml.qnode(device, interface="torch", diff_method="backprop")
def mosaiq(inputs, weights):
    for q in range(qubits):
        qml.RY(inputs[:, q], wires=q)
        qml.RX(inputs[:, q], wires=q)
    for layer in range(layers):
        for q in range(qubits):
            qml.RY(weights[layer, q, 0], wires=q)
        for q in range(qubits - 1):
            qml.CZ(wires=[q, q + 1])
    return [qml.expval(qml.PauliX(q)) for q in range(qubits)]


circuit = hybridq if is_hybridq else mosaiq
rotations = 3 if is_hybridq else 1
inputs = (torch.rand(batch, qubits) * math.pi / 2).requires_grad_()
weights = [((torch.rand(layers, qubits, rotations) * 2 - 1) * math.pi).requires_grad_() for _ in range(count)]
target = torch.randn(batch, count * qubits)


def step():
    outputs = torch.cat([torch.stack(list(circuit(inputs, each)), dim=1) for each in weights], dim=1)
    loss = (outputs * target).sum()
    loss.backward()
    for tensor in (inputs, *weights):
        tensor.grad = None


step()
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 3 or time.perf_counter() - wall < 2:
    step()
    runs += 1
result = {
    "version": qml.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
