"""Decodes the PNGs of a folder with Pillow: one JSON line {name: [height, width, channels, base64 of 8-bit pixels]}.

16 bits are cut to their upper 8, tRNS becomes an alpha channel; gamma is not applied. Python: python decode-with-pillow.py <folder>"""
import base64
import json
import pathlib
import sys

import numpy as np
from PIL import Image


def pixels_of(image, raw_mode):
    if raw_mode == "LA;16B":  # which Pillow opens as RGBA
        return np.array(image)[..., [0, 3]]
    key = image.info.get("transparency")
    if image.mode == "P":
        return np.array(image.convert("RGB" if key is None else "RGBA"))
    if image.mode.startswith("I;16"):  # Pillow has no such mode with alpha
        values = np.array(image)
        grey = (values >> 8).astype(np.uint8)
        return grey if key is None else np.dstack([grey, np.where(values == key, 0, 255).astype(np.uint8)])
    if key is not None:
        return np.array(image.convert("LA" if image.mode in ("1", "L") else "RGBA"))
    return np.array(image.convert("L") if image.mode == "1" else image)


decoded = {}
for path in sorted(pathlib.Path(sys.argv[1]).glob("*.png")):
    with Image.open(path) as image:
        raw_mode = image.tile[0].args
        image.load()
        pixels = pixels_of(image, raw_mode)
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    decoded[path.stem] = [*pixels.shape[:2], channels, base64.b64encode(np.ascontiguousarray(pixels)).decode()]
print(json.dumps(decoded))
