"""Writes torch.safetensors with PyTorch 2.13 (CPU): python make.py"""
import json
import struct
import torch
import torch.nn.functional as F

torch.manual_seed(4)
torch.set_default_dtype(torch.float64)
out = {}


def exact(x):
    """The same numbers as float32 will hold."""
    return x.float().double()


def weights(y):
    return torch.cos(torch.arange(float(y.numel()))).reshape(y.shape)


def images(f):
    """A function of NCHW as one of NHWC."""
    return lambda x: f(x.permute(0, 3, 1, 2)).permute(0, 2, 3, 1)


def save(name, f, x, orders=2):
    x = exact(x).requires_grad_(True)
    y = f(x)
    (first,) = torch.autograd.grad((y * weights(y)).sum(), x, create_graph=True)
    out[f"{name}.x"], out[f"{name}.first"] = x, first
    if orders == 2:
        (second,) = torch.autograd.grad((first * first * weights(first)).sum(), x)
        out[f"{name}.second"] = second


row = torch.linspace(-3, 3, 14).reshape(2, 7)
save("silu", F.silu, row)
save("expTanh", lambda x: torch.exp(torch.tanh(x)), row)
save("softmax", lambda x: torch.softmax(x, -1), row.sin() * 2)
save("logSoftmax", lambda x: torch.log_softmax(x, -1), row.sin() * 2)
save("crossEntropy", lambda x: F.cross_entropy(x, torch.tensor([[0.1, 0.2, 0.1, 0.1, 0.2, 0.2, 0.1]] * 2), reduction="none"), row.sin())
save("elu", lambda x: F.elu(x) * x, row)
save("selu", lambda x: F.selu(x) * x, row)
save("relu6", lambda x: F.relu6(x * 3) * x, row)
save("prelu", lambda x: F.prelu(x * x.sin(), torch.tensor([0.3])), row)
save("leakyRelu", lambda x: F.leaky_relu(x * x - 1, 0.2), row)
save("clipByValue", lambda x: torch.clamp(x * x, 0.5, 4), row)
save("max", lambda x: torch.amax(x.sin() * x, 0), row)
save("min", lambda x: torch.amin(x.sin() * x, 1, keepdim=True), row)
save("logSumExp", lambda x: torch.logsumexp(x * 3, 0), row)
save("pow", lambda x: torch.pow(x, 3), row)
save("prod", lambda x: torch.prod(x, 1), torch.tensor([[0.5, 0, 2, -1.5], [0, 1.5, 0, 3], [0.7, 0.2, -1, 2]]))
save("cumprod", lambda x: torch.cumprod(x, 1), torch.tensor([[0.5, 0, 2, -1.5], [0, 1.5, 0, 3], [0.7, 0.2, -1, 2]]))
save("einsum", lambda x: torch.einsum("bij,bkj->bik", x, x.sin()), torch.randn(2, 3, 4))
save("topk", lambda x: torch.topk(x * x, 3).values, torch.randn(3, 7))
save("stridedSlice", lambda x: (x * x)[1:5:3, 1::2], torch.randn(6, 5))
save("localResponseNormalization", images(lambda x: F.local_response_norm(x, 5, alpha=0.5, beta=0.75, k=1.5)), torch.randn(2, 2, 3, 7))
save("avgPool", images(lambda x: F.avg_pool2d(x * x, 3, 2, 1, count_include_pad=False)), torch.randn(2, 5, 7, 2))
save("maxPool", images(lambda x: F.max_pool2d(x * x, 3, 2, 1)), torch.randn(2, 5, 7, 2))
save("maxPool3d", lambda x: F.max_pool3d((x * x).permute(0, 4, 1, 2, 3), 2, 1).permute(0, 2, 3, 4, 1), torch.randn(1, 3, 4, 3, 2))
kernel = exact(torch.randn(2, 1, 3, 3))  # [channels, 1, height, width]
out["depthwiseConv2d.filter"] = kernel.permute(2, 3, 0, 1)  # [height, width, channels, 1]
save("depthwiseConv2d", images(lambda x: F.conv2d(x * x, kernel, stride=2, padding=1, groups=2)), torch.randn(2, 5, 7, 2))
for align in (False, True):
    for size in ([9, 4], [3, 11]):
        name = f"resizeBilinear.{size[0]}x{size[1]}.{'align' if align else 'half'}"
        save(name, images(lambda x: F.interpolate(x * x, size, mode="bilinear", align_corners=align)), torch.randn(1, 5, 7, 2))

steps = torch.tensor([-2, -1, -0.0, 0.0, 1, 2, 6, 7])
for name, f in {"relu": F.relu, "relu6": F.relu6, "elu": F.elu, "selu": F.selu, "abs": torch.abs, "sign": torch.sign,
                "leakyRelu": lambda x: F.leaky_relu(x, 0.2), "prelu": lambda x: F.prelu(x, torch.tensor([0.3])),
                "clipByValue": lambda x: torch.clamp(x, -1, 6)}.items():
    save(f"kinks.{name}", f, steps, 1)
ties = torch.tensor([[1.0, 3, 3, 2], [5, 5, 5, 5], [-1, -1, -2, -2]])
save("kinks.max", lambda x: torch.amax(x, 1), ties, 1)
save("kinks.min", lambda x: torch.amin(x, 1), ties, 1)
save("kinks.maxOfAll", lambda x: torch.amax(x), ties, 1)
save("kinks.logSumExp", lambda x: torch.logsumexp(x, 1), ties, 1)
flat = torch.randint(0, 2, (2, 6, 6, 2)).double()
save("kinks.maxPool", images(lambda x: F.max_pool2d(x, 2, 2)), flat, 1)
save("kinks.maxPoolOverlapping", images(lambda x: F.max_pool2d(x, 3, 1)), flat, 1)

for padding in ("zeros", "reflection"):
    for align in (False, True):
        # Random points, many of them outside; the corners, edges and middles themselves.
        points = torch.cat([torch.randn(2, 4, 5, 2) * 1.5, torch.tensor([-1, 1, 0, -1.0, 0.5, 1, 3, -3, 5, 1.0]).reshape(1, 1, 5, 2).repeat(2, 1, 1, 1)], 1)
        x, grid = exact(torch.randn(2, 5, 4, 3)).requires_grad_(True), exact(points).requires_grad_(True)
        y = F.grid_sample(x.permute(0, 3, 1, 2), grid, mode="bilinear", padding_mode=padding, align_corners=align).permute(0, 2, 3, 1)
        dx, dgrid = torch.autograd.grad((y * weights(y)).sum(), (x, grid))
        name = f"grid.{padding}.{'align' if align else 'half'}"
        out.update({f"{name}.x": x, f"{name}.grid": grid, f"{name}.y": y, f"{name}.dx": dx, f"{name}.dgrid": dgrid})

header, data = {}, b""
for name, tensor in out.items():
    raw = tensor.detach().float().contiguous().numpy().tobytes()
    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
with open("torch.safetensors", "wb") as file:
    file.write(struct.pack("<Q", len(text)) + text + data)
print(len(out), "tensors")
