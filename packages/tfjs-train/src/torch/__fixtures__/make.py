"""Writes the fixtures of this folder with PyTorch 2.13 (CPU): python make.py"""
import collections
import torch

torch.manual_seed(0)
model = torch.nn.Sequential(torch.nn.Conv2d(3, 4, 3), torch.nn.BatchNorm2d(4), torch.nn.Linear(5, 2))
model[0].weight.data.copy_(torch.arange(108.0).reshape(4, 3, 3, 3) / 8)
model[2].weight.data.copy_(torch.arange(10.0).reshape(2, 5) / 4)
base = torch.arange(24.0).reshape(4, 6)
mixed = {
    "double": torch.tensor([1.5, -2.25], dtype=torch.float64),
    "half": torch.tensor([1.0, 0.333251953125, -65504.0, 6.103515625e-05, float("inf")], dtype=torch.float16),
    "bfloat": torch.tensor([1.0, -3.140625], dtype=torch.bfloat16),
    "long": torch.tensor([[1, -(2**40)], [3, 4]]),
    "int": torch.tensor([7, -8], dtype=torch.int32),
    "short": torch.tensor([300, -300], dtype=torch.int16),
    "char": torch.tensor([-5, 5], dtype=torch.int8),
    "byte": torch.tensor([250, 3], dtype=torch.uint8),
    "bool": torch.tensor([True, False, True]),
    "scalar": torch.tensor(3.5),
    "empty": torch.zeros(0, 3),
    "transposed": base.t(),
    "slice": base[1:3, 2::2],
    "shared": base,
    "parameter": torch.nn.Parameter(torch.tensor([9.0])),
    "nested": {"list": [torch.tensor([1.0]), torch.tensor([2.0])], "epoch": 12, "name": "α", "rate": 0.5, "flag": True},
    "size": base.size(),
}
torch.save(model.state_dict(), "state-dict.pth")
torch.save(mixed, "mixed.pth")
torch.save(mixed, "mixed-legacy.pth", _use_new_zipfile_serialization=False)
torch.save(model, "module.pth")  # a whole module: must be refused

# What training scripts keep beside the tensors: numpy arrays and scalars, a device, a size.
import numpy as np

beside = {
    "mean": np.arange(6, dtype=np.float64).reshape(2, 3), "turned": np.asfortranarray(np.arange(6, dtype=np.int32).reshape(2, 3)),
    "best": np.float64(0.75), "device": torch.device("cuda", 1), "size": torch.Size([3, 4]), "weight": torch.ones(2),
}
torch.save(beside, "beside.pth")
torch.save(beside, "beside-legacy.pth", _use_new_zipfile_serialization=False)

# Legacy files of the later protocols, whose pickles stand in frames from 4 on; and a tensor that is stored with the opposite sign.
for protocol in (3, 4, 5):
    named = {"w": torch.tensor([1.5, -2.0])}
    torch.save(named, f"legacy-protocol-{protocol}.pth", pickle_protocol=protocol, _use_new_zipfile_serialization=False)
torch.save({"imag": torch.tensor([1 + 2j]).conj().imag}, "negative-view.pth")
torch.jit.script(torch.nn.Linear(1, 1)).save("script.pth")
