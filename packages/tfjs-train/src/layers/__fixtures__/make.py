"""Writes torch.safetensors with PyTorch 2.13 (CPU): python make.py"""
import json
import struct
import torch
import torch.nn.functional as F

torch.manual_seed(0)
out, meta = {}, {}


def nhwc(x):
    return x.permute(0, 2, 3, 1).contiguous() if x.dim() == 4 else x


def save(case, settings, forward, x, **params):
    """Inputs, output, and the gradients of sum(y * cos(0, 1, 2, ...)) by everything."""
    tensors = {"x": x, **params}
    for tensor in tensors.values():
        tensor.requires_grad_(True)
    y = forward(*tensors.values())
    weights = torch.cos(torch.arange(float(y.numel()))).reshape(nhwc(y).shape)
    (nhwc(y) * weights).sum().backward()
    meta[case] = settings
    for name, tensor in tensors.items():
        out[f"{case}.{name}"] = nhwc(tensor.detach()) if name == "x" else tensor.detach()
        out[f"{case}.grad.{name}"] = nhwc(tensor.grad) if name == "x" else tensor.grad
    out[f"{case}.y"] = nhwc(y.detach())


for i, (k, stride, padding, dilation, size) in enumerate(
    [(4, 2, 1, 1, (8, 8)), (3, 1, 1, 1, (5, 6)), (3, 2, 0, 1, (8, 7)), (3, 1, 2, 2, (6, 5)), (1, 1, 0, 1, (3, 3)), (5, 3, 2, 1, (7, 6))]
):
    save(f"conv{i}", {"stride": stride, "padding": padding, "dilation": dilation},
         lambda x, w, b: F.conv2d(x, w, b, stride, padding, dilation),
         torch.randn(2, 2, *size), weight=torch.randn(3, 2, k, k), bias=torch.randn(3))
for i, (k, stride, padding, extra, size) in enumerate(
    [(4, 2, 1, 0, (4, 4)), (4, 1, 0, 0, (1, 1)), (3, 2, 1, 1, (4, 5)), (3, 1, 1, 0, (4, 4)), (2, 3, 0, 1, (3, 2)), (5, 2, 2, 1, (3, 4))]
):
    save(f"transposed{i}", {"stride": stride, "padding": padding, "outputPadding": extra},
         lambda x, w, b: F.conv_transpose2d(x, w, b, stride, padding, extra),
         torch.randn(2, 2, *size), weight=torch.randn(2, 3, k, k), bias=torch.randn(3))
save("dense", {}, lambda x, w, b: F.linear(x, w, b), torch.randn(5, 7), weight=torch.randn(3, 7), bias=torch.randn(3))
for i, shape in enumerate([(3, 4, 2, 3), (8, 5)]):
    for training in (True, False):
        case = f"norm{i}{'train' if training else 'eval'}"
        mean, var = torch.randn(shape[1]), torch.rand(shape[1]) + 0.5
        out[f"{case}.running_mean"], out[f"{case}.running_var"] = mean.clone(), var.clone()
        save(case, {"training": training, "momentum": 0.1, "epsilon": 1e-5},
             lambda x, w, b: F.batch_norm(x, mean, var, w, b, training, 0.1, 1e-5),
             torch.randn(*shape) * 2 + 1, weight=torch.randn(shape[1]), bias=torch.randn(shape[1]))
        out[f"{case}.new_mean"], out[f"{case}.new_var"] = mean, var
wide = torch.linspace(-60, 60, 41)
for name, f in {"leakyRelu": lambda x: F.leaky_relu(x, 0.2), "relu": F.relu, "tanh": torch.tanh, "sigmoid": torch.sigmoid,
                "softplus": lambda x: F.softplus(x, threshold=1e9), "logSoftmax": lambda x: F.log_softmax(x, -1)}.items():
    save(name, {}, f, wide.clone())
for i, (shape, groups) in enumerate([((2, 6, 3, 4), 3), ((2, 4, 5, 1), 4), ((3, 4, 2, 2), 1)]):
    save(f"group{i}", {"groups": groups}, lambda x, w, b: F.group_norm(x, groups, w, b),
         torch.randn(*shape) * 2 + 1, weight=torch.randn(shape[1]), bias=torch.randn(shape[1]))
save("layer", {}, lambda x, w, b: F.layer_norm(x, (5,), w, b), torch.randn(4, 3, 5) * 2 + 1, weight=torch.randn(5), bias=torch.randn(5))
for i, (heads, masked) in enumerate([(1, False), (2, True)]):
    mask = torch.zeros(4, 4).masked_fill(torch.ones(4, 4).triu(1) > 0, -1e9) if masked else None
    save(f"attention{i}", {"heads": heads, "masked": masked}, lambda x, iw, ib, ow, ob: F.multi_head_attention_forward(
        x.transpose(0, 1), x.transpose(0, 1), x.transpose(0, 1), 6, heads, iw, ib, None, None, False, 0.0, ow, ob,
        attn_mask=mask, need_weights=False)[0].transpose(0, 1),
         torch.randn(2, 4, 6), in_proj_weight=torch.randn(18, 6), in_proj_bias=torch.randn(18),
         **{"out_proj.weight": torch.randn(6, 6), "out_proj.bias": torch.randn(6)})

header, data = {"__metadata__": {"cases": json.dumps(meta)}}, b""
for name, tensor in out.items():
    raw = tensor.detach().contiguous().numpy().tobytes()
    header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [len(data), len(data) + len(raw)]}
    data += raw
text = json.dumps(header).encode()
text += b" " * (-len(text) % 8)
open("torch.safetensors", "wb").write(struct.pack("<Q", len(text)) + text + data)
