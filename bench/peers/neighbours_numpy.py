"""KID over subsets as torch-fidelity computes it (numpy, float32 features, a kernel matrix a subset), and precision, recall, density and
coverage as prdc does (scikit-learn's pairwise distances, numpy partition)."""
import json
import os
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") not in ("kid-subsets", "neighbours"):
    sys.exit(f"torch-fidelity and prdc have no {arguments.get('work')}")
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(arguments.get("threads", 1))

import numpy as np
import sklearn
from sklearn.metrics import pairwise_distances

count, dimension = arguments["count"], arguments["dimension"]
rng = np.random.default_rng(0)
real, generated = rng.uniform(size=(2, count, dimension)).astype(np.float32)


def kernel(first, second):
    return (first @ second.T / dimension + 1) ** 3


def kid():
    draw = np.random.RandomState(2020)
    size, values = arguments["size"], []
    for _ in range(arguments["subsets"]):
        first = real[draw.choice(count, size, replace=False)]
        second = generated[draw.choice(count, size, replace=False)]
        within = sum((k.sum() - np.trace(k)) / (size * (size - 1)) for k in (kernel(first, first), kernel(second, second)))
        values.append(within - 2 * kernel(first, second).sum() / size**2)
    return np.mean(values)


def radii(features, k):
    return np.partition(pairwise_distances(features, metric="euclidean", n_jobs=1), k, axis=-1)[:, k]


def neighbours():
    k = arguments["k"]
    near_real, near_generated = radii(real, k), radii(generated, k)
    between = pairwise_distances(real, generated, metric="euclidean", n_jobs=1)
    precision = (between < near_real[:, None]).any(axis=0).mean()
    recall = (between < near_generated[None, :]).any(axis=1).mean()
    density = (between < near_real[:, None]).sum(axis=0).mean() / k
    coverage = (between.min(axis=1) < near_real).mean()
    return precision, recall, density, coverage


work = kid if arguments["work"] == "kid-subsets" else neighbours
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 1 or time.perf_counter() - wall < 2:
    work()
    runs += 1
result = {
    "version": f"numpy {np.__version__}, scikit-learn {sklearn.__version__}",
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
