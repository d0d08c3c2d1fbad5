"""Image.resize of Pillow on one thread, of a random image."""
import json
import sys
import time

arguments = json.loads(sys.argv[1])
if arguments.get("work") != "resize":
    sys.exit(f"pillow has no {arguments.get('work')}")

import numpy as np
import PIL
from PIL import Image

size = (arguments["toWidth"], arguments["toHeight"])
resample = getattr(Image.Resampling, arguments["filter"].upper())
shape = (arguments["height"], arguments["width"], arguments["channels"])
pixels = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
image = Image.fromarray(pixels[:, :, 0] if shape[2] == 1 else pixels)

image.resize(size, resample)
cpu, wall, runs = time.process_time(), time.perf_counter(), 0
while runs < 5 or time.perf_counter() - wall < 2:
    image.resize(size, resample)
    runs += 1
result = {
    "version": PIL.__version__,
    "cpuMs": (time.process_time() - cpu) * 1000 / runs,
    "wallMs": (time.perf_counter() - wall) * 1000 / runs,
}
print(json.dumps(result))
