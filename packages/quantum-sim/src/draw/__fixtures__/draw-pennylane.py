"""Circuits as JSON on the standard input, PennyLane's drawings of them as JSON on the standard output."""

import json
import sys

import pennylane as qml

NAMES = {"H": "Hadamard", "X": "PauliX", "Y": "PauliY", "Z": "PauliZ"}
ADJOINTS = {"Sdg": "S", "Tdg": "T", "SXdg": "SX"}


def place(gate, wires, angles):
    if gate in ADJOINTS:
        return qml.adjoint(getattr(qml, ADJOINTS[gate])(wires=wires))
    return getattr(qml, NAMES.get(gate, gate))(*angles, wires=wires)


def word(factors):
    paulis = [getattr(qml, pauli)(wire) for pauli, wire in factors]
    return paulis[0] if len(paulis) == 1 else qml.prod(*paulis)


def draw(circuit):
    operations = [place(*operation) for operation in circuit["operations"]]
    measured = [qml.expval(word(factors)) for factors in circuit["observables"]]
    tape = qml.tape.QuantumScript(operations, measured)
    wires = list(range(circuit["numQubits"]))
    return qml.drawer.tape_text(tape, wire_order=wires, show_all_wires=True, decimals=2, max_length=circuit["maxLength"])


json.dump([draw(circuit) for circuit in json.load(sys.stdin)], sys.stdout)
