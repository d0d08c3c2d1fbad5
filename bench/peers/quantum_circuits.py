"""The circuits that tools/bench/cases/quantum.ts times, as gate lists: (gate, wires, angle), where an angle is ("input", i), ("weight", i) or None."""


def circuit(arguments):
    """(operations, number of weights, the Pauli measured on each qubit)"""
    name, n, layers = arguments["ansatz"], arguments["qubits"], arguments["layers"]
    operations, weights = [], 0

    def add(gate, *wires, angle=None):
        operations.append((gate, wires, angle))

    def weight():
        nonlocal weights
        weights += 1
        return ("weight", weights - 1)

    if name == "iqp":
        for _ in range(layers):
            for q in range(n):
                add("H", q)
            for q in range(n):
                add("RZ", q, angle=("input", q))
            for a in range(n):
                for b in range(a + 1, n):
                    add("ZZ", a, b, angle=weight())
        for q in range(n):
            add("H", q)
        return operations, weights, "Z"

    for q in range(n):
        add("RY", q, angle=("input", q))
        if name == "mosaiq":
            add("RX", q, angle=("input", q))
    rotations = {"hybridq": "XYZ", "mosaiq": "Y", "strongly-entangling-layers": "ZYZ", "brickwork": "YZ"}[name]
    for layer in range(layers):
        for q in range(n):
            for axis in rotations:
                add("R" + axis, q, angle=weight())
        if name == "strongly-entangling-layers":
            reach = layer % (n - 1) + 1
            for q in range(n):
                add("CNOT", q, (q + reach) % n)
        elif name == "brickwork":
            for q in range(layer % 2, n - 1, 2):
                add("CNOT", q, q + 1)
        else:
            for q in range(n - 1):
                add("CZ" if name == "mosaiq" else "CNOT", q, q + 1)
    return operations, weights, "X" if name == "mosaiq" else "Z"
