"""The reference dataset tool's work done by Pillow: a folder of PNGs resized into a zip of stored PNGs; and reading such a zip."""
import io
import json
import os
import sys
import time
import zipfile

import numpy as np
import PIL
from PIL import Image

arguments = json.loads(sys.argv[1])


def convert():
    size = (arguments["size"], arguments["size"])
    with zipfile.ZipFile(arguments["out"], "w", zipfile.ZIP_STORED) as out:
        for i, name in enumerate(sorted(os.listdir(arguments["folder"]))):
            with Image.open(os.path.join(arguments["folder"], name)) as image:
                pixels = np.array(image)
            small = Image.fromarray(pixels).resize(size, Image.Resampling.LANCZOS)
            png = io.BytesIO()
            small.save(png, format="png", compress_level=0, optimize=False)
            out.writestr(f"{i // 1000:05d}/img{i:08d}.png", png.getbuffer())


def read():
    with zipfile.ZipFile(arguments["zip"]) as zip_file:
        names = [name for name in zip_file.namelist() if name.endswith(".png")]

        def batch():
            images = [np.array(Image.open(io.BytesIO(zip_file.read(names[i * 7919 % len(names)])))) for i in range(arguments["count"])]
            return np.stack(images).astype(np.float32) / 127.5 - 1

        return measure(batch)


def measure(work):
    work()
    cpu, wall, runs = time.process_time(), time.perf_counter(), 0
    while runs < 2 or time.perf_counter() - wall < 3:
        work()
        runs += 1
    return {
        "version": PIL.__version__,
        "cpuMs": (time.process_time() - cpu) * 1000 / runs,
        "wallMs": (time.perf_counter() - wall) * 1000 / runs,
    }


print(json.dumps(read() if arguments["work"] == "read" else measure(convert)))
