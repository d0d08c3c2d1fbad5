"""Metrics, Jacobians and Hessians of random circuits with shared and scaled weights, by PennyLane; prints JSON. See README.md."""
import json
import pennylane as qml
from pennylane import numpy as np

# Without PhaseShift: in some layers that hold one, blocks of metric_tensor differ from the same entries of adjoint_metric_tensor (0.45.1).
ANGLED = {"RX": (qml.RX, 1), "RY": (qml.RY, 1), "RZ": (qml.RZ, 1), "IsingZZ": (qml.IsingZZ, 2)}
CONTROLLED = {"PhaseShift": (qml.PhaseShift, 1), "CRX": (qml.CRX, 2), "CRY": (qml.CRY, 2), "IsingXY": (qml.IsingXY, 2)}


def one(seed, n, count, weights, gates):
    rng = np.random.default_rng(seed)
    names = list(gates) + ["CNOT"]
    ops = []
    for i in range(count):
        name = names[rng.integers(len(names))]
        wires = [int(w) for w in rng.choice(n, 2 if name == "CNOT" else gates[name][1], replace=False)]
        op = {"g": name, "w": wires}
        if name != "CNOT":
            op["t"] = int(rng.integers(weights))
            op["scale"], op["shift"] = (float(rng.choice([1, 2, -0.5])), float(rng.uniform(-1, 1)))
        ops.append(op)
    at = np.array(rng.uniform(-3, 3, weights), requires_grad=True)
    direction = rng.normal(size=weights)

    def place(w):
        for op in ops:
            if op["g"] == "CNOT":
                qml.CNOT(wires=op["w"])
            else:
                gates[op["g"]][0](op["scale"] * w[op["t"]] + op["shift"], wires=op["w"])

    @qml.qnode(qml.device("default.qubit", wires=n + 1))
    def values(w):
        place(w)
        return [qml.expval(qml.PauliX(0) @ qml.PauliY(1)), qml.expval(qml.PauliZ(n - 1))]

    @qml.qnode(qml.device("default.qubit", wires=n))
    def single(w):
        place(w)
        return qml.expval(qml.PauliZ(0))

    stacked = lambda w: np.stack(values(w))
    jacobian = qml.jacobian(stacked)(at)
    hessian = qml.jacobian(qml.jacobian(lambda w: values(w)[0] - 2 * values(w)[1]))(at)
    result = {
        "n": n, "numWeights": weights, "ops": ops, "at": at.tolist(), "direction": direction.tolist(),
        "jacobian": jacobian.ravel().tolist(), "hessian_times_direction": (hessian @ direction).tolist(),
        "full": qml.adjoint_metric_tensor(single)(at).ravel().tolist(),
    }
    if gates is ANGLED:
        result["block_diagonal"] = qml.metric_tensor(single, approx="block-diag")(at).ravel().tolist()
    return result


print(json.dumps([one(1, 3, 12, 5, ANGLED), one(2, 4, 24, 7, ANGLED), one(3, 4, 18, 5, {**ANGLED, **CONTROLLED})]))
