"""Writes the pickles of this folder: plain Python values and numpy arrays in protocols 2 to 5. Run: python make.py"""
import collections
import pathlib
import pickle

import numpy as np

folder = pathlib.Path(__file__).parent
shared = [1, 2]
plain = {
    "none": None, "true": True, "false": False, "small": 7, "negative": -70000, "long": 2**40, "huge": -(2**70), "float": -0.1,
    "text": "größe \U0001f600", "long text": "x" * 300, "bytes": bytes(range(256)) + b"!", "list": [1, [2, []]], "tuples": ((), (1,), (1, 2), (1, 2, 3), (1, 2, 3, 4)),
    "set": {1}, "frozenset": frozenset([2]), "bytearray": bytearray(b"ab"), "ordered": collections.OrderedDict([("b", 1), ("a", 2)]),
    "twice": [shared, shared], "__proto__": "a name", 5: "five",
}
arrays = {
    "f4": np.arange(6, dtype=np.float32).reshape(2, 3), "big": np.array([1, -2, 300], dtype=">i2"),
    "fortran": np.asfortranarray(np.arange(6, dtype=np.float64).reshape(2, 3)), "bool": np.array([True, False]),
    "empty": np.zeros((0, 4), np.uint8), "scalar f8": np.float64(0.25), "scalar f2": np.float16(-1.5), "scalar i8": np.int64(-(2**60)),
    "scalar u4": np.uint32(2**32 - 1), "scalar bool": np.bool_(True),
}
for protocol in range(2, 6):
    (folder / f"plain-{protocol}.pkl").write_bytes(pickle.dumps(plain, protocol))
    (folder / f"numpy-{protocol}.pkl").write_bytes(pickle.dumps(arrays, protocol))
