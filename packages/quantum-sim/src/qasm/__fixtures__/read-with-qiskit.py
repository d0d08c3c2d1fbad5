"""Texts of OpenQASM as JSON on the standard input; [re…, im…] of the unitaries that Qiskit reads from them on the standard output."""

import json
import sys

from qiskit import QuantumCircuit, qasm2, qasm3
from qiskit.quantum_info import Operator


def read(case):
    text, reader = case["text"], case["reader"]
    if reader == "qasm3":
        circuit = qasm3.loads(text)
        values = case["values"]
        circuit = circuit.assign_parameters({parameter: values[parameter.name] for parameter in circuit.parameters})
    else:
        circuit = qasm2.loads(text) if reader == "qasm2" else QuantumCircuit.from_qasm_str(text)
    # Qiskit's qubit 0 is the lowest bit, ours the highest.
    unitary = Operator(circuit.reverse_bits()).data.reshape(-1)
    return [*unitary.real, *unitary.imag]


json.dump([read(case) for case in json.load(sys.stdin)], sys.stdout)
