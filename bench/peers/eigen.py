"""Matrix product, symmetric eigenvalues and vectors, and singular values of random matrices by numpy and scipy (LAPACK, one thread)."""
import json
import os
import sys
import time

arguments = json.loads(sys.argv[1])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = "1"

import numpy as np
import scipy
from scipy import linalg

works = {
    "matmul": lambda a, s: a @ s,
    "eigen": lambda a, s: linalg.eigh(s),
    "eigenvalues": lambda a, s: linalg.eigvalsh(s),
    "singular": lambda a, s: linalg.svdvals(a),
}
work = works.get(arguments.get("work"))
if work is None:
    sys.exit(f"scipy has no {arguments.get('work')}")
n = arguments["n"]
a = np.random.default_rng(0).standard_normal((n, n))
symmetric = a + a.T

work(a, symmetric)
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 3 or time.perf_counter() - wall < 2:
    work(a, symmetric)
    runs += 1
result = {
    "version": f"scipy {scipy.__version__}, numpy {np.__version__}",
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
