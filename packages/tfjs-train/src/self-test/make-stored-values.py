"""Writes stored-values.ts with PyTorch 2.13 in float64: python make-stored-values.py

The inputs are 1.5 sin(1.3 i + seed), i counting entries, seeds 0, 1, 2 for the first, second and third input; images are NHWC.
The gradients are those of sum(y cos(i))."""
import json
import math
import torch
import torch.nn.functional as F

torch.set_default_dtype(torch.float64)


def fill(shape, seed):
    count = math.prod(shape)
    values = torch.tensor([1.5 * math.sin(1.3 * i + seed) for i in range(count)]).float().double()
    return values.reshape(shape).requires_grad_(True)


chw = lambda x: x.permute(0, 3, 1, 2)
hwc = lambda x: x.permute(0, 2, 3, 1)
filter_ = lambda w: w.permute(3, 2, 0, 1)
positive = lambda x: x.abs() + 0.5
image = (2, 5, 4, 2)
pairs = {
    "add": torch.add, "sub": torch.sub, "mul": torch.mul, "div": lambda a, b: a / positive(b),
    "maximum": torch.maximum, "minimum": torch.minimum, "pow": lambda a, b: positive(a) ** b,
}
singles = {
    "neg": torch.neg, "abs": torch.abs, "exp": torch.exp, "log": lambda x: positive(x).log(), "log1p": lambda x: x.abs().log1p(),
    "sqrt": lambda x: positive(x).sqrt(), "rsqrt": lambda x: positive(x).rsqrt(), "square": torch.square, "sin": torch.sin,
    "cos": torch.cos, "tanh": torch.tanh, "sigmoid": torch.sigmoid, "relu": F.relu, "leakyRelu": lambda x: F.leaky_relu(x, 0.2),
    "softplus": F.softplus, "logSoftmax": lambda x: F.log_softmax(x, -1), "sum over the first axis": lambda x: x.sum(0),
    "sum over the last axis": lambda x: x.sum(-1), "mean": lambda x: x.mean((0, 1)), "max": lambda x: x.amax(1),
    "transpose": lambda x: x.permute(2, 0, 1), "slice": lambda x: x[1:, :2, 1:], "concat": lambda x: torch.cat([x, 2 * x], 1),
    "pad": lambda x: F.pad(x, (1, 2, 0, 1)), "tile": lambda x: x.repeat(1, 2, 1), "reverse": lambda x: x.flip(1),
    "cumsum": lambda x: x.cumsum(1), "gather": lambda x: x[torch.tensor([1, 0, 1])], "where": lambda x: torch.where(x > 0.2, x, -3 * x),
    "clipByValue": lambda x: x.clamp(-1, 0.7),
}
images = {
    "resizeBilinear": lambda x: hwc(F.interpolate(chw(x), (7, 3), mode="bilinear", align_corners=False)),
    "upsample nearest": lambda x: hwc(F.interpolate(chw(x), scale_factor=2)),
    "avgPool": lambda x: hwc(F.avg_pool2d(chw(x), 2, 2)), "maxPool": lambda x: hwc(F.max_pool2d(chw(x), 2, 2)),
    "batchNorm": lambda x: hwc(F.batch_norm(chw(x), None, None, training=True)),
    "groupNorm": lambda x: hwc(F.group_norm(chw(x), 2)),
}
cases = [(name, [(2, 3, 4), (3, 1)], f) for name, f in pairs.items()] + [(name, [(2, 3, 4)], f) for name, f in singles.items()]
cases += [(name, [image], f) for name, f in images.items()]
cases += [
    ("matMul", [(3, 4), (4, 5)], torch.matmul), ("matMul transposed", [(4, 3), (5, 4)], lambda a, b: a.T @ b.T),
    ("matMul batched", [(2, 3, 4), (2, 4, 2)], torch.matmul),
    *[(f"conv2d {k}x{k} stride {s} padding {p}", [image, (k, k, 2, 3)], lambda x, w, s=s, p=p: hwc(F.conv2d(chw(x), filter_(w), None, s, p)))
      for k, s, p in [(4, 2, 1), (3, 1, 1), (1, 1, 0), (5, 3, 2)]],
    *[(f"convTranspose2d {k}x{k} stride {s} padding {p}", [(2, 3, 2, 3), (k, k, 2, 3)],
       lambda x, w, s=s, p=p: hwc(F.conv_transpose2d(chw(x), filter_(w).contiguous(), None, s, p))) for k, s, p in [(4, 2, 1), (3, 1, 1)]],
    ("depthwiseConv2d", [image, (3, 3, 2, 1)], lambda x, w: hwc(F.conv2d(chw(x), w.permute(2, 3, 0, 1), None, 1, 1, groups=2))),
]
blur = torch.outer(torch.tensor([1.0, 3, 3, 1]), torch.tensor([1.0, 3, 3, 1])) / 64


def blurred(x):
    return F.conv2d(x, blur.repeat(x.shape[1], 1, 1, 1), groups=x.shape[1])


def upsampled(x):
    n, c, h, w = x.shape
    spread = torch.stack([torch.stack([x, 0 * x], -1), torch.zeros(n, c, h, w, 2)], -3).reshape(n, c, 2 * h, 2 * w)
    return 4 * blurred(F.pad(spread, (2, 1, 2, 1)))


small = (1, 3, 4, 2)
cases += [
    ("softmax", [(2, 3, 4)], lambda x: x.softmax(-1)), ("elu", [(2, 3, 4)], F.elu),
    ("stridedSlice", [(2, 3, 4)], lambda x: x[:, ::2, 1::2]), ("layerNorm", [(2, 3, 4)], lambda x: F.layer_norm(x, (4,))),
    ("einsum", [(2, 3, 4), (2, 5, 4)], lambda a, b: torch.einsum("bij,bkj->bik", a, b)),
    ("attention", [(2, 3, 4), (2, 5, 4)], lambda a, b: F.scaled_dot_product_attention(a, b, b)),
    ("conv2d 3x3 dilation 2 padding 2", [small, (3, 3, 2, 2)], lambda x, w: hwc(F.conv2d(chw(x), filter_(w), None, 1, 2, 2))),
    ("gridSample", [small, (1, 2, 3, 2)], lambda x, g: hwc(F.grid_sample(chw(x), g, padding_mode="reflection", align_corners=False))),
    ("upfirdn2d up 2", [small], lambda x: hwc(upsampled(chw(x)))),
    ("upfirdn2d down 2", [small], lambda x: hwc(blurred(F.pad(chw(x), (1, 1, 1, 1)))[:, :, ::2, ::2])),
    ("biasAct", [(2, 3, 4), (4,)], lambda x, b: math.sqrt(2) * F.leaky_relu(x + b, 0.2)),
]
stored = {}
for name, shapes, f in cases:
    inputs = [fill(shape, seed) for seed, shape in enumerate(shapes)]
    y = f(*inputs)
    (y * torch.cos(torch.arange(float(y.numel()))).reshape(y.shape)).sum().backward()
    numbers = lambda tensor: [float(f"{value:.5g}") for value in tensor.detach().reshape(-1).tolist()]
    stored[name] = {"shapes": shapes, "shape": list(y.shape), "y": numbers(y), "gradients": [numbers(x.grad) for x in inputs]}
with open("stored-values.ts", "w") as out:
    out.write("// biome-ignore-all format: numbers\n// biome-ignore-all lint/suspicious/noApproximativeNumericConstant: numbers that happen to be near a constant\n")
    out.write("/** Made by make-stored-values.py; its text says how. */\nexport interface StoredOp {\n")
    out.write("  readonly shapes: readonly (readonly number[])[];\n  readonly shape: readonly number[];\n")
    out.write("  readonly y: readonly number[];\n  readonly gradients: readonly (readonly number[])[];\n}\n\n")
    out.write("/** Outputs and gradients of PyTorch's ops in float64, five digits. */\n")
    out.write("export const storedOps: Readonly<Record<string, StoredOp>> = {\n")
    for name, value in stored.items():
        out.write(f"  {json.dumps(name)}: {json.dumps(value, separators=(',', ':'))},\n")
    out.write("};\n")
