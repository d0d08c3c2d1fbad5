"""One training step of a group of circuits in tensorcircuit-ng on JAX, at its best: complex64, the whole batch and all circuits by vmap,
value and gradients in one jit-compiled function (compiling is not timed; it takes from seconds to minutes), one thread. Expectation
values are read off the state, which is faster than one contraction for each."""
import json
import math
import os
import signal
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "quantum-step":
    sys.exit(f"tensorcircuit is not timed on {arguments.get('work')}")
MOST_COMPILE_SECONDS = 300
signal.alarm(MOST_COMPILE_SECONDS)  # the run ends without a result if XLA has not compiled by then
os.environ["XLA_FLAGS"] = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
os.environ["JAX_PLATFORMS"] = "cpu"
os.sched_setaffinity(0, {sorted(os.sched_getaffinity(0))[0]})

import jax
import jax.numpy as jnp
import numpy as np
import tensorcircuit as tc

from quantum_circuits import circuit

tc.set_backend("jax")
tc.set_dtype("complex64")
count, n, batch = (arguments[key] for key in ("count", "qubits", "batch"))
operations, num_weights, pauli = circuit(arguments)


def outputs(inputs, weights):
    c = tc.Circuit(n)
    for gate, wires, angle in operations:
        theta = None if angle is None else (inputs if angle[0] == "input" else weights)[angle[1]]
        if gate == "ZZ":
            c.rzz(*wires, theta=theta)
        elif angle is None:
            getattr(c, gate.lower())(*wires)
        else:
            getattr(c, gate.lower())(*wires, theta=theta)
    if pauli == "X":
        for q in range(n):
            c.h(q)
    p = jnp.abs(c.state().reshape((2,) * n)) ** 2
    marginals = [p.sum(tuple(r for r in range(n) if r != q)) for q in range(n)]
    return jnp.stack([m[0] - m[1] for m in marginals])


each = jax.vmap(jax.vmap(outputs, (0, None)), (None, 0), 1)  # [batch, count, n]
step = jax.jit(jax.value_and_grad(lambda x, w, target: (each(x, w) * target).sum(), (0, 1)))
rng = np.random.default_rng(0)
x = jnp.asarray(rng.uniform(0, math.pi / 2, (batch, n)), jnp.float32)
w = jnp.asarray(rng.uniform(-math.pi, math.pi, (count, num_weights)), jnp.float32)
target = jnp.asarray(rng.normal(size=(batch, count, n)), jnp.float32)
jax.block_until_ready(step(x, w, target))
signal.alarm(0)
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 5 or time.perf_counter() - wall < 2:
    jax.block_until_ready(step(x, w, target))
    runs += 1
result = {
    "version": f"{tc.__version__} (jax {jax.__version__})",
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
