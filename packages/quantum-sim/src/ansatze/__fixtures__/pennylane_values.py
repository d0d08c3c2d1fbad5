"""Values of PennyLane's templates: python pennylane_values.py > pennylane.json (pennylane 0.45.1, default.qubit)."""
import json
import math

import pennylane as qml

cases = []


def take(name, n, shapes, num_inputs, build, paulis="Z", **fields):
    """Weights are 2·sin(i + 1), inputs 1.3·cos(i + 1); a shape for each weight array of the template."""
    import numpy as np

    counts = [math.prod(shape) for shape in shapes]
    flat = [2 * math.sin(i + 1) for i in range(sum(counts))]
    arrays, at = [], 0
    for shape, count in zip(shapes, counts):
        arrays.append(np.array(flat[at : at + count]).reshape(shape))
        at += count
    inputs = [1.3 * math.cos(i + 1) for i in range(num_inputs)]
    observables = [getattr(qml, "Pauli" + p)(q) for q in range(n) for p in paulis]

    @qml.qnode(qml.device("default.qubit", wires=n))
    def circuit():
        build(inputs, arrays)
        return [qml.expval(o) for o in observables]

    cases.append({"name": name, "n": n, **fields, "values": [round(float(v), 14) for v in circuit()]})


for n, layers in [(2, 1), (3, 2), (4, 3), (5, 2)]:
    take("simplified-two-design", n, [(n,), (layers, n - 1, 2)], 0,
         lambda x, w, n=n: qml.SimplifiedTwoDesign(w[0], w[1], wires=range(n)), "XZ", layers=layers)
for n, layers, field in [(1, 2, "Y"), (2, 2, "X"), (3, 1, "Y"), (4, 2, "Z")]:
    take("qaoa", n, [qml.QAOAEmbedding.shape(layers, n)], n,
         lambda x, w, n=n, field=field: qml.QAOAEmbedding(x, w[0], wires=range(n), local_field=field), "XZ", layers=layers, field=field)
for n in [4, 8]:
    def block(weights, wires):
        qml.RY(weights[0], wires=wires[0])
        qml.RY(weights[1], wires=wires[1])
        qml.CNOT(wires=wires)
    take("tree-tensor-network", n, [(n - 1, 2)], n,
         lambda x, w, n=n: (qml.AngleEmbedding(x, range(n), rotation="Y"), qml.TTN(range(n), 2, block, 2, w[0])), "XZ", layers=1)
for n, ranges in [(4, [2, 3, 1]), (5, [4, 2])]:
    take("strongly-entangling-layers", n, [(len(ranges), n, 3)], n,
         lambda x, w, n=n, ranges=ranges: (qml.AngleEmbedding(x, range(n), rotation="X"),
                                           qml.StronglyEntanglingLayers(w[0], range(n), ranges=ranges, imprimitive=qml.CZ)),
         "XZ", layers=len(ranges), ranges=ranges)
for pairs in [[[0, 2], [1, 2]]]:
    take("iqp", 3, [], 3, lambda x, w, pairs=pairs: qml.IQPEmbedding(x, range(3), n_repeats=2, pattern=pairs), "XZ", pairs=pairs)
take("basis", 3, [], 0, lambda x, w: qml.BasisEmbedding([1, 0, 1], range(3)), "Z", bits=[1, 0, 1])
for bits, angle in [("XYZ", 0.7), ("YIX", -1.9)]:
    take("pauli-rot", 3, [], 3,
         lambda x, w, bits=bits, angle=angle: (qml.AngleEmbedding(x, range(3), rotation="X"), qml.PauliRot(angle, bits, range(3))),
         "XZ", word=bits, angle=angle)
take("gates", 4, [], 4,
     lambda x, w: (qml.AngleEmbedding(x, range(4), rotation="Y"), qml.ECR([2, 0]), qml.MultiRZ(0.8, [3, 0, 1]),
                   qml.ctrl(qml.IsingXY, control=[1])(0.9, wires=[0, 3]), qml.adjoint(qml.U3)(0.3, 0.5, 0.9, wires=2),
                   qml.ctrl(qml.ISWAP, control=[2])(wires=[3, 1])), "XYZ")
print(json.dumps({"pennylane": qml.__version__, "cases": cases}, indent=1))
