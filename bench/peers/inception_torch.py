"""FID's Inception v3 in torch (layers and preprocessing as pytorch-fid runs them), random weights; times a batch to a tap."""
import json
import sys
import time

import torch
import torch.nn.functional as F
from torch import nn

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "inception":
    sys.exit(f"inception_torch has no {arguments.get('work')}")
torch.set_num_threads(int(arguments.get("threads", 1)))
torch.manual_seed(0)


class Conv(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1, padding=0):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, padding, bias=False)
        self.bn = nn.BatchNorm2d(outputs, eps=1e-3)

    def forward(self, x):
        return F.relu(self.bn(self.conv(x)), inplace=True)


class Join(nn.Module):
    """Branches at one input, joined along the channels."""

    def __init__(self, *branches):
        super().__init__()
        self.branches = nn.ModuleList(nn.Sequential(*branch) for branch in branches)

    def forward(self, x):
        return torch.cat([branch(x) for branch in self.branches], 1)


def average():
    return nn.AvgPool2d(3, 1, 1, count_include_pad=False)


def block35(inputs, pooled):
    return Join(
        [Conv(inputs, 64, 1)],
        [Conv(inputs, 48, 1), Conv(48, 64, 5, padding=2)],
        [Conv(inputs, 64, 1), Conv(64, 96, 3, padding=1), Conv(96, 96, 3, padding=1)],
        [average(), Conv(inputs, pooled, 1)],
    )


def across(inputs, outputs, size):
    return Conv(inputs, outputs, (1, size), padding=(0, size // 2))


def down(inputs, outputs, size):
    return Conv(inputs, outputs, (size, 1), padding=(size // 2, 0))


def block17(c):
    return Join(
        [Conv(768, 192, 1)],
        [Conv(768, c, 1), across(c, c, 7), down(c, 192, 7)],
        [Conv(768, c, 1), down(c, c, 7), across(c, c, 7), down(c, c, 7), across(c, 192, 7)],
        [average(), Conv(768, 192, 1)],
    )


def block8(inputs, pool):
    split = lambda: Join([across(384, 384, 3)], [down(384, 384, 3)])
    return Join(
        [Conv(inputs, 320, 1)],
        [Conv(inputs, 384, 1), split()],
        [Conv(inputs, 448, 1), Conv(448, 384, 3, padding=1), split()],
        [pool, Conv(inputs, 192, 1)],
    )


to_768 = [
    Conv(3, 32, 3, 2), Conv(32, 32, 3), Conv(32, 64, 3, padding=1), nn.MaxPool2d(3, 2),
    Conv(64, 80, 1), Conv(80, 192, 3), nn.MaxPool2d(3, 2),
    block35(192, 32), block35(256, 64), block35(288, 64),
    Join([Conv(288, 384, 3, 2)], [Conv(288, 64, 1), Conv(64, 96, 3, padding=1), Conv(96, 96, 3, 2)], [nn.MaxPool2d(3, 2)]),
    block17(128), block17(160), block17(160), block17(192),
]
to_2048 = [
    Join(
        [Conv(768, 192, 1), Conv(192, 320, 3, 2)],
        [Conv(768, 192, 1), across(192, 192, 7), down(192, 192, 7), Conv(192, 192, 3, 2)],
        [nn.MaxPool2d(3, 2)],
    ),
    block8(1280, average()), block8(2048, nn.MaxPool2d(3, 1, 1)),
]
network = nn.Sequential(*to_768, *(to_2048 if arguments["tap"] == "2048" else [])).eval()
images = torch.randint(0, 256, (arguments["count"], 3, arguments["size"], arguments["size"]), dtype=torch.uint8)


@torch.no_grad()
def extract():
    resized = F.interpolate(images.float() / 255, size=(299, 299), mode="bilinear", align_corners=False)
    return network(2 * resized - 1).mean((2, 3))


assert extract().shape == (arguments["count"], int(arguments["tap"]))
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 3 or time.perf_counter() - wall < 2:
    extract()
    runs += 1
result = {
    "version": torch.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
