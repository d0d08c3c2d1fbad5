"""Writes random images and what Pillow makes of them into a folder: cases.json and values.bin. Usage: draw-pillow-cases.py FOLDER COUNT"""
import json
import os
import sys

import numpy as np
from PIL import Image

folder, count = sys.argv[1], int(sys.argv[2])
rng = np.random.default_rng(5)
filters = ["nearest", "box", "bilinear", "hamming", "bicubic", "lanczos"]
channels_of = {"L": 1, "RGB": 3, "CMYK": 4, "F": 1}
cases, values = [], bytearray()
for _ in range(count):
    height, width, to_height, to_width = (int(side) for side in np.exp(rng.uniform(0, 5.5, 4)))
    mode = list(channels_of)[rng.integers(4)]
    channels = channels_of[mode]
    if mode == "F":
        pixels = (rng.random((height, width)) * 255).astype(np.float32)
    else:
        span, factor = (256, 1) if rng.random() < 0.7 else (2, 255)  # noise, or black and white
        pixels = (rng.integers(0, span, (height, width, channels)) * factor).astype(np.uint8)
    name = filters[rng.integers(6)]
    image = Image.frombytes(mode, (width, height), pixels.tobytes())
    resized = image.resize((to_width, to_height), getattr(Image.Resampling, name.upper()))
    case = dict(height=height, width=width, channels=channels, to=[to_height, to_width], filter=name, mode=mode)
    case["input"] = len(values)
    values += pixels.tobytes()
    case["output"] = len(values)
    values += resized.tobytes()
    cases.append(case)
with open(os.path.join(folder, "values.bin"), "wb") as file:
    file.write(values)
with open(os.path.join(folder, "cases.json"), "w") as file:
    json.dump(cases, file)
