"""Loads 100 MB of float32 from a safetensors file by the Python package, every tensor whole in memory of its own (numpy)."""
import json
import os
import sys
import tempfile
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "safetensors":
    sys.exit(f"safetensors has no {arguments.get('work')}")

import numpy as np
import safetensors
from safetensors.numpy import load_file, save_file

with tempfile.TemporaryDirectory() as folder:
    path = os.path.join(folder, "weights.safetensors")
    values = np.random.default_rng(1).standard_normal((512, 512), dtype=np.float32)
    save_file({f"layers.{i}.weight": values for i in range(arguments["megabytes"])}, path)

    def work():
        tensors = load_file(path)
        assert all(tensor.size == values.size for tensor in tensors.values())

    for _ in range(2):
        work()
    cpu, wall, runs = time.process_time(), time.perf_counter(), 0
    while runs < 3 or time.perf_counter() - wall < 2:
        work()
        runs += 1
    result = {
        "version": safetensors.__version__,
        "cpuMs": (time.process_time() - cpu) * 1000 / runs,
        "wallMs": (time.perf_counter() - wall) * 1000 / runs,
    }
print(json.dumps(result))
