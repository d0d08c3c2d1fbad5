"""A DCGAN step at 64x64, one of its convolutions forwards or backwards, or an operation of torch_ops.py, by PyTorch on one thread."""
import json
import os
try:
    import resource
except ImportError:  # not on Windows
    resource = None
import sys
import time

import torch_ops

arguments = json.loads(sys.argv[1])
if arguments.get("work") not in ("dcgan", "conv2d", "matmul", *torch_ops.WORKS):
    sys.exit(f"torch has no {arguments.get('work')}")
threads = int(arguments.get("threads", 1))
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(threads)

import torch
import torch.nn.functional as F
from torch import nn

torch.set_num_threads(threads)
torch.manual_seed(0)
batch = arguments.get("batch")


def dcgan():
    latents, f = arguments["latents"], arguments["filters"]
    up, down = [latents, f * 8, f * 4, f * 2, f, 3], [3, f, f * 2, f * 4, f * 8, 1]
    generator, discriminator = nn.Sequential(), nn.Sequential()
    for i in range(5):
        generator.append(nn.ConvTranspose2d(up[i], up[i + 1], 4, 2 if i else 1, 1 if i else 0, bias=False))
        if i < 4:
            generator.extend([nn.BatchNorm2d(up[i + 1]), nn.ReLU(True)])
        discriminator.append(nn.Conv2d(down[i], down[i + 1], 4, 2 if i < 4 else 1, 1 if i < 4 else 0, bias=False))
        if 0 < i < 4:
            discriminator.append(nn.BatchNorm2d(down[i + 1]))
        if i < 4:
            discriminator.append(nn.LeakyReLU(0.2, True))
    generator.append(nn.Tanh())
    optimizers = [torch.optim.Adam(m.parameters(), lr=2e-4, betas=(0.5, 0.999)) for m in (generator, discriminator)]
    real = torch.rand(batch, 3, 64, 64) * 2 - 1

    def step():
        z = torch.randn(batch, latents, 1, 1)
        with torch.no_grad():
            fake = generator(z)
        optimizers[1].zero_grad()
        loss = F.softplus(-discriminator(real)).mean() + F.softplus(discriminator(fake)).mean()
        loss.backward()
        optimizers[1].step()
        optimizers[0].zero_grad()
        discriminator.requires_grad_(False)
        loss = F.softplus(-discriminator(generator(z))).mean()
        loss.backward()
        discriminator.requires_grad_(True)
        optimizers[0].step()
        return loss.item()

    return step


def conv2d():
    x, w, dy = torch.randn(batch, 64, 32, 32), torch.randn(128, 64, 4, 4), torch.randn(batch, 128, 16, 16)
    parts = {
        "forward": lambda: F.conv2d(x, w, stride=2, padding=1),
        "dx": lambda: torch.nn.grad.conv2d_input(x.shape, w, dy, stride=2, padding=1),
        "dW": lambda: torch.nn.grad.conv2d_weight(x, w.shape, dy, stride=2, padding=1),
    }
    return parts[arguments["part"]]


def matmul():
    a, b = (torch.randn(arguments["size"], arguments["size"]) for _ in range(2))
    left, right = a.T if arguments["transpose"] == "a" else a, b.T if arguments["transpose"] == "b" else b
    return lambda: left @ right


def resident_mb():
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20


before = resident_mb() if sys.platform == "linux" else None
named = {"dcgan": dcgan, "conv2d": conv2d, "matmul": matmul}.get(arguments["work"])
work = named() if named else torch_ops.operation(arguments)
for _ in range(2):
    work()
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 3 or time.perf_counter() - wall < 2:
    work()
    runs += 1
result = {
    "version": torch.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
if arguments["work"] == "dcgan" and before is not None:
    result["grownMb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024 - before
print(json.dumps(result))
