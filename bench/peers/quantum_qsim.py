"""The state of one circuit in qsim (float32, AVX, gates fused up to four qubits, one thread), its circuit translated beforehand: the
simulation alone, without expectation values."""
import json
import math
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "quantum-forward":
    sys.exit(f"qsim is not timed on {arguments.get('work')}")

import cirq
import numpy as np
import qsimcirq

from quantum_circuits import circuit

n = arguments["qubits"]
operations, num_weights, pauli = circuit(arguments)
rng = np.random.default_rng(0)
values = {"input": rng.uniform(0, math.pi / 2, n), "weight": rng.uniform(-math.pi, math.pi, num_weights)}
gates = {"H": cirq.H, "CNOT": cirq.CNOT, "CZ": cirq.CZ}
turns = {"RX": cirq.rx, "RY": cirq.ry, "RZ": cirq.rz}
wires = cirq.LineQubit.range(n)


def place(gate, on, angle):
    qubits = [wires[q] for q in on]
    if angle is None:
        return gates[gate](*qubits)
    theta = values[angle[0]][angle[1]]
    return cirq.ZZPowGate(exponent=theta / math.pi, global_shift=-0.5)(*qubits) if gate == "ZZ" else turns[gate](theta)(*qubits)


program = qsimcirq.QSimCircuit(cirq.Circuit(place(*one) for one in operations))
best = None
for fused in (2, 3, 4):
    options = qsimcirq.QSimOptions(max_fused_gate_size=fused, cpu_threads=1)
    simulator = qsimcirq.QSimSimulator(options)
    translated, _ = simulator._translate_circuit(program, "translate_cirq_to_qsim", list(wires))
    call = {**simulator.qsim_options, "c": translated, "s": 1}
    run = lambda: simulator._sim_module.qsim_simulate_fullstate(call, 0)
    run()
    cpu, wall, runs = time.process_time(), time.perf_counter(), 0
    while runs < 5 or time.perf_counter() - wall < 1.5:
        run()
        runs += 1
    timing = ((time.process_time() - cpu) * 1000 / runs, (time.perf_counter() - wall) * 1000 / runs)
    best = min(best or timing, timing)
print(json.dumps({"version": qsimcirq.__version__, "cpuMs": best[0], "wallMs": best[1]}))
