"""Writes the arrays of this folder with numpy. Run: python make.py"""
import pathlib

import numpy as np

folder = pathlib.Path(__file__).parent
types = ["?", "<f2", ">f2", "<f4", ">f4", "<f8", ">f8", "i1", "<i2", ">i2", "<i4", ">i4", "<i8", ">i8", "u1", "<u2", ">u2", "<u4", ">u4", "<u8", ">u8"]
base = np.arange(24).reshape(2, 3, 4) - 5
arrays = {}
for name in types:
    array = (base % 2 if name == "?" else np.abs(base) if "u" in name else base).astype(name)
    safe = name.replace("<", "little ").replace(">", "big ").replace("?", "bool")
    arrays[f"{safe} C"] = array
    arrays[f"{safe} F"] = np.asfortranarray(array)
arrays["scalar"] = np.float64(-0.5)
arrays["vector"] = np.arange(3, dtype=np.float32)
arrays["empty"] = np.zeros((0, 5), np.float32)
arrays["strided"] = np.arange(20, dtype=np.int16)[::2]
np.savez(folder / "stored.npz", **arrays)
np.savez_compressed(folder / "deflated.npz", **arrays)
np.save(folder / "one.npy", np.arange(6, dtype=np.float32).reshape(2, 3))
np.save(folder / "object.npy", np.array([1, "a"], dtype=object), allow_pickle=True)
np.save(folder / "record.npy", np.zeros(2, dtype=[("a", "f4"), ("b", "i2")]))
np.save(folder / "text.npy", np.array(["a", "bc"]))
np.save(folder / "complex.npy", np.zeros(2, np.complex64))
