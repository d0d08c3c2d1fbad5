"""The warp of an augmentation pipe in PyTorch, forwards and backwards, on two threads: reflect by a third of the side, double by 12 taps,
sample bilinearly at a turned grid, filter down by 12 taps."""
import json
import sys
import time


def main():
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(2)
    arguments = json.loads(sys.argv[1])
    batch, size, channels = arguments["batch"], arguments["size"], arguments["channels"]
    taps = torch.hann_window(14)[1:13]
    taps = taps / taps.sum()
    weights = {axis: taps.view(1, 1, *((1, 12) if axis else (12, 1))).expand(channels, 1, -1, -1).contiguous() for axis in (0, 1)}
    x = torch.rand(batch, channels, size, size).requires_grad_(True)
    dy = torch.rand(batch, channels, size, size)
    margin = size // 3
    angles = torch.rand(batch) * 6.283
    cos, sin, zero = torch.cos(angles), torch.sin(angles), torch.zeros(batch)
    share = (2 * size + 12) / (2 * (size + 2 * margin))
    theta = torch.stack([torch.stack([cos, -sin, zero], 1), torch.stack([sin, cos, zero], 1)], 1) * share

    def run():
        x.grad = None
        y = F.pad(x, [margin] * 4, mode="reflect")
        for axis in (0, 1):
            stride = (1, 2) if axis else (2, 1)
            y = F.conv_transpose2d(y, weights[axis] * 2, stride=stride, padding=(0, 5) if axis else (5, 0), groups=channels)
        grid = F.affine_grid(theta, [batch, channels, 2 * size + 12, 2 * size + 12], align_corners=False)
        y = F.grid_sample(y, grid, mode="bilinear", padding_mode="zeros", align_corners=False)[:, :, 1:-1, 1:-1]
        for axis in (0, 1):
            y = F.conv2d(y, weights[axis], stride=(1, 2) if axis else (2, 1), groups=channels)
        y.backward(dy)

    run()
    cpu, wall, count = time.process_time(), time.perf_counter(), 0
    while count < 3 or (time.perf_counter() - wall < 2 and count < 50):
        run()
        count += 1
    print(json.dumps({
        "version": torch.__version__,
        "cpuMs": (time.process_time() - cpu) / count * 1000,
        "wallMs": (time.perf_counter() - wall) / count * 1000,
    }))


main()
