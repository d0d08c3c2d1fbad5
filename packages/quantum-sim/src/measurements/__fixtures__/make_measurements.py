"""Measurements of random circuits by PennyLane; prints JSON. See README.md."""
import json
import numpy as np
import pennylane as qml

GATES = {"RX": (qml.RX, 1, 1), "RY": (qml.RY, 1, 1), "RZ": (qml.RZ, 1, 1), "CRX": (qml.CRX, 2, 1), "IsingXY": (qml.IsingXY, 2, 1), "CNOT": (qml.CNOT, 2, 0)}
PAULI = {"X": qml.PauliX, "Y": qml.PauliY, "Z": qml.PauliZ}


def word(text):
    return qml.prod(*[PAULI[f[0]](int(f[1:])) for f in text.split()])


def one(seed, n, count):
    rng = np.random.default_rng(seed)
    names = list(GATES)
    ops = []
    for _ in range(count):
        name = names[rng.integers(len(names))]
        _, wires, angles = GATES[name]
        ops.append({"g": name, "w": [int(w) for w in rng.choice(n, wires, replace=False)], "p": [float(a) for a in rng.uniform(-3, 3, angles)]})
    terms = []
    for _ in range(5):
        wires = sorted(rng.choice(n, rng.integers(1, n), replace=False))
        terms.append([float(rng.normal()), " ".join(f"{'XYZ'[rng.integers(3)]}{w}" for w in wires)])
    a, b = [int(rng.integers(n))], None
    b = [int(w) for w in range(n) if w not in a][:2]
    select = int(rng.integers(n))
    kept = [w for w in range(n) if w != select][::-1]

    def circuit(measure):
        @qml.qnode(qml.device("default.qubit", wires=n))
        def run():
            for op in ops:
                GATES[op["g"]][0](*op["p"], wires=op["w"])
            return measure()
        return run()

    H = qml.Hamiltonian([c for c, _ in terms], [word(w) for _, w in terms])
    rho = circuit(lambda: qml.density_matrix(wires=b[::-1]))

    @qml.qnode(qml.device("default.qubit", wires=n))
    def selected():
        for op in ops:
            GATES[op["g"]][0](*op["p"], wires=op["w"])
        qml.measure(select, postselect=1)
        return qml.probs(wires=kept)

    return {
        "n": n, "ops": ops, "terms": terms, "a": a, "b": b, "select": select, "kept": kept,
        "expectation": float(circuit(lambda: qml.expval(H))),
        "variance": float(circuit(lambda: qml.var(H))),
        "word_variances": [float(circuit(lambda w=w: qml.var(word(w)))) for _, w in terms],
        "marginal": [float(p) for p in circuit(lambda: qml.probs(wires=b[::-1]))],
        "reduced": {"re": np.real(rho).ravel().tolist(), "im": np.imag(rho).ravel().tolist()},
        "purity": float(circuit(lambda: qml.purity(wires=b))),
        "entropy": float(circuit(lambda: qml.vn_entropy(wires=b))),
        "entropy_bits": float(circuit(lambda: qml.vn_entropy(wires=a, log_base=2))),
        "mutual": float(circuit(lambda: qml.mutual_info(wires0=a, wires1=b))),
        "post_selected": [float(p) for p in selected()],
    }


print(json.dumps([one(1, 3, 12), one(2, 4, 20), one(3, 5, 30)]))
