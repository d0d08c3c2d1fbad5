"""Features of small DINOv2 and CLIP towers by timm and open_clip, weights by recipe: writes towers.json beside this file.

Needs torch, torchvision, timm, open_clip_torch, pillow. Run in the peers' environment; nothing is downloaded.
"""
import importlib.util
import json
import pathlib
import re

import numpy as np
import torch

spec = importlib.util.find_spec("torchvision")
text = (pathlib.Path(spec.origin).parent / "_meta_registrations.py").read_text()
library = torch.library.Library("torchvision", "DEF")
for name in sorted(set(re.findall(r'register_(?:meta|fake)\("(?:torchvision::)?(\w+)"', text))):
    try:  # a wheel for another build of torch lacks its native operators, of which only the names are needed
        library.define(name + "(Tensor x) -> Tensor")
    except RuntimeError:
        pass

import open_clip
import timm
from open_clip.transform import image_transform
from PIL import Image
from timm.layers import SwiGLUPacked, resample_abs_pos_embed
from timm.models.vision_transformer import VisionTransformer
from torchvision import transforms

SEED = 7
SLOPE_STRIDE = 211
BICUBIC = transforms.InterpolationMode.BICUBIC
MASK = np.uint64(0xFFFFFFFF)


def fmix(h):
    h = h.astype(np.uint64) & MASK
    h ^= h >> np.uint64(16)
    h = h * np.uint64(0x85EBCA6B) & MASK
    h ^= h >> np.uint64(13)
    h = h * np.uint64(0xC2B2AE35) & MASK
    return h ^ (h >> np.uint64(16))


def recipe(name, shape):
    """As golden/eval/README.md, "Weights by recipe"."""
    hashed = 0x811C9DC5
    for byte in name.encode():
        hashed = (hashed ^ byte) * 0x01000193 & 0xFFFFFFFF
    key = fmix(np.array([hashed + SEED & 0xFFFFFFFF]))[0]
    s = 2 * fmix(np.arange(int(np.prod(shape)), dtype=np.uint64) + key).astype(np.float64) / 2**32 - 1
    if len(shape) >= 2:
        values = np.sqrt(6 / np.prod(shape[1:])) * s
    elif name.split(".")[-1] in ("weight", "g"):
        values = 1 + 0.1 * s
    else:
        values = 0.1 * s
    return torch.from_numpy(values.astype(np.float32).reshape(shape))


def images():
    """Three images of 40 rows and 56 columns: waves and a hash."""
    y, x, c, n = np.meshgrid(np.arange(40), np.arange(56), np.arange(3), np.arange(3), indexing="ij")
    wave = (x * (n + 1) * 3 + y * (c + 2) * 2) % 256
    noise = (x * 7919 + y * 104729 + c * 1299709 + n * 15485863) % 61
    return [Image.fromarray(((wave + noise) % 256)[..., k].astype(np.uint8)) for k in range(3)]


def slopes(model, prepare):
    """The gradient of the sum of cos(j) times feature j, by images in [-1, 1] that are floats all the way, at some places in NHWC order."""
    levels = np.stack([np.asarray(image) for image in images()]).astype(np.float32)
    x = torch.from_numpy(levels / 127.5 - 1).requires_grad_()
    features = model(prepare((x.permute(0, 3, 1, 2) + 1) / 2)).double().flatten()
    loss = (features * torch.arange(features.numel(), dtype=torch.float64).cos()).sum()
    loss.backward()
    return {"loss": loss.item(), "gradient": [float(f"{v:.7g}") for v in x.grad.flatten()[::SLOPE_STRIDE].tolist()]}


def case(program, model, names, transform, floats, prepare=None, **facts):
    state = {name: recipe(name, tuple(tensor.shape)) for name, tensor in names.items()}
    shapes = [{"name": name, "shape": list(tensor.shape)} for name, tensor in state.items()]
    if prepare:
        state = prepare(state)
    model.load_state_dict(state)
    batch = torch.stack([transform(image.convert("RGB")) for image in images()])
    with torch.no_grad():
        features = model.eval()(batch)
    return {"program": program, **facts, "slopes": slopes(model, floats), "tensors": shapes, "features": [round(v, 7) for v in features.flatten().tolist()], "dimension": features.shape[1]}


def dinov2(size, stored, **options):
    config = {"patch_size": 14, "embed_dim": 128, "depth": 2, "num_heads": 2, "num_classes": 0, "init_values": 1e-5, **options}
    stored_model = VisionTransformer(img_size=stored, global_pool="token", **config)
    model = VisionTransformer(img_size=size, global_pool="token", **config)

    def resample(state):
        prefix = 0 if options.get("no_embed_class") else 1
        side = size // 14
        return {**state, "pos_embed": resample_abs_pos_embed(state["pos_embed"], new_size=[side, side], num_prefix_tokens=prefix)}

    resize = transforms.Resize((size, size), BICUBIC, antialias=True)
    colours = transforms.Normalize((0.485, 0.456, 0.406), (0.229, 0.224, 0.225))
    transform = transforms.Compose([resize, transforms.ToTensor(), colours])
    floats = transforms.Compose([resize, colours])
    return case("timm", model, stored_model.state_dict(), transform, floats, resample, size=size)


def clip(quick_gelu, head_width, patch):
    vision = {"image_size": 64, "layers": 2, "width": 128, "patch_size": patch, "head_width": head_width}
    text = {"context_length": 8, "vocab_size": 16, "width": 32, "heads": 2, "layers": 1}
    visual = open_clip.model.CLIP(embed_dim=48, vision_cfg=vision, text_cfg=text, quick_gelu=quick_gelu).visual
    activation = "quick-gelu" if quick_gelu else "gelu"
    transform = image_transform(64, is_train=False)
    resize = transforms.Resize(64, BICUBIC, antialias=True)
    colours = transforms.Normalize(open_clip.OPENAI_DATASET_MEAN, open_clip.OPENAI_DATASET_STD)
    floats = transforms.Compose([resize, transforms.CenterCrop(64), colours])
    return case("open_clip", visual, visual.state_dict(), transform, floats, activation=activation, headWidth=head_width)


cases = [
    dinov2(56, 98),
    dinov2(70, 70),
    dinov2(56, 42, reg_tokens=4, no_embed_class=True, mlp_layer=SwiGLUPacked, mlp_ratio=2.66667 * 2, act_layer=torch.nn.SiLU),
    clip(True, 64, 32),
    clip(False, 32, 16),
]
versions = {"torch": torch.__version__, "timm": timm.__version__, "open_clip": open_clip.__version__}
target = pathlib.Path(__file__).with_name("towers.json")
target.write_text(json.dumps({"versions": versions, "seed": SEED, "slopeStride": SLOPE_STRIDE, "cases": cases}) + "\n")
print(target, target.stat().st_size, [len(c["features"]) for c in cases])
