"""A 3x3 convolution with its two gradients, by PyTorch on one thread: the yardstick beside which StyleGAN2's phases are read."""
import json
import os
import sys
import time

arguments = json.loads(sys.argv[1])
threads = int(arguments.get("threads", 1))
os.environ["OMP_NUM_THREADS"] = str(threads)
os.environ["MKL_NUM_THREADS"] = str(threads)

import torch  # noqa: E402
import torch.nn.functional as F  # noqa: E402

torch.set_num_threads(threads)
batch, channels, size = arguments["batch"], arguments["channels"], arguments["size"]
x = torch.randn(batch, channels, size, size, requires_grad=True)
w = torch.randn(channels, channels, 3, 3, requires_grad=True)
dy = torch.randn(batch, channels, size, size)


def run():
    x.grad = w.grad = None
    F.conv2d(x, w, padding=1).backward(dy)


run()
rounds = []
for _ in range(3):
    wall, cpu = time.perf_counter(), time.process_time()
    repeats = 0
    while time.perf_counter() - wall < 1.5:
        run()
        repeats += 1
    rounds.append(((time.process_time() - cpu) * 1000 / repeats, (time.perf_counter() - wall) * 1000 / repeats))
cpu, wall = (sorted(values)[1] for values in zip(*rounds))
print(json.dumps({"version": torch.__version__, "cpuMs": cpu, "wallMs": wall}))
