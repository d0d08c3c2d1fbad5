"""Random circuits of Qiskit as JSON: OpenQASM 2 and [re…, im…] of the unitary. Argument: how many."""

import json
import sys

from qiskit import qasm2
from qiskit.circuit.random import random_circuit
from qiskit.quantum_info import Operator


def write(seed):
    circuit = random_circuit(4, 8, max_operands=2 + seed % 3, seed=seed, measure=False)
    # Qiskit's qubit 0 is the lowest bit, ours the highest.
    unitary = Operator(circuit.reverse_bits()).data.reshape(-1)
    return {"text": qasm2.dumps(circuit), "unitary": [*unitary.real, *unitary.imag]}


json.dump([write(seed) for seed in range(int(sys.argv[1]))], sys.stdout)
