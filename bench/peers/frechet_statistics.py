"""Fréchet distance from statistics, three ways: scipy's sqrtm (pytorch-fid), eigenvalues of the product (torch-fidelity), Cholesky and
eigvalsh. One run each: the first takes ten seconds. cpuMs and wallMs are those of sqrtm; the others stand beside them."""
import json
import os
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "frechet":
    sys.exit(f"frechet_statistics has no {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(arguments.get("threads", 1))

import numpy as np
import scipy
from scipy import linalg

count, dimension = arguments["count"], arguments["dimension"]
rng = np.random.default_rng(0)
real, generated = (rng.uniform(size=(count, dimension)).astype(np.float64) for _ in range(2))
means = real.mean(0), generated.mean(0)
first, second = np.cov(real, rowvar=False), np.cov(generated, rowvar=False)


def roots_by_sqrtm():
    root = linalg.sqrtm(first @ second)
    return np.trace(np.real(root[0] if isinstance(root, tuple) else root))


def roots_by_eigenvalues():
    return np.sqrt(linalg.eigvals(first @ second).astype(complex)).real.sum()


def roots_by_cholesky():
    factor = linalg.cholesky(first, lower=True)
    return np.sqrt(np.maximum(linalg.eigvalsh(factor.T @ second @ factor), 0)).sum()


def timed(roots):
    difference = means[0] - means[1]
    cpu, wall = time.process_time(), time.perf_counter()
    value = difference @ difference + np.trace(first) + np.trace(second) - 2 * roots()
    return value, (time.process_time() - cpu) * 1000, (time.perf_counter() - wall) * 1000


result = {"version": scipy.__version__}
for name, roots in (("sqrtm", roots_by_sqrtm), ("eigenvalues", roots_by_eigenvalues), ("cholesky", roots_by_cholesky)):
    value, cpu, wall = timed(roots)
    result |= {"cpuMs": cpu, "wallMs": wall} if name == "sqrtm" else {f"{name}CpuMs": cpu, f"{name}WallMs": wall}
print(json.dumps(result))
