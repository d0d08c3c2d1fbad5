"""FID as pytorch-fid computes it (numpy mean and covariance, scipy.linalg.sqrtm) and KID as clean-fid does (numpy)."""
import json
import os
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") not in ("fid", "kid"):
    sys.exit(f"scipy has no {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(arguments.get("threads", 1))

import numpy as np
import scipy
from scipy import linalg

count, dimension = arguments["count"], arguments["dimension"]
rng = np.random.default_rng(0)
real, generated = rng.uniform(size=(2, count, dimension))


def fid(real, generated):
    mean_difference = real.mean(0) - generated.mean(0)
    first, second = np.cov(real, rowvar=False), np.cov(generated, rowvar=False)
    root = linalg.sqrtm(first.dot(second))
    if isinstance(root, tuple):  # older SciPy with disp=False
        root = root[0]
    root = np.real(root)
    return mean_difference.dot(mean_difference) + np.trace(first) + np.trace(second) - 2 * np.trace(root)


def kid(real, generated):
    first, second, cross = ((a @ b.T / dimension + 1) ** 3 for a, b in ((real, real), (generated, generated), (real, generated)))
    within = sum((kernel.sum() - np.trace(kernel)) / (count * (count - 1)) for kernel in (first, second))
    return within - 2 * cross.mean()


work = fid if arguments["work"] == "fid" else kid
work(real, generated)
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 3 or time.perf_counter() - wall < 2:
    work(real, generated)
    runs += 1
result = {
    "version": scipy.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
