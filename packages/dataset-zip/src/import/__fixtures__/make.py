"""Writes the DICOM, BMP and CIFAR fixtures with pydicom, Pillow and numpy: python make.py

Beside each picture stands what it must decode to, as a PNG: the standard's formulas in numpy, float64."""
import io
import pickle
import tarfile

import numpy as np
from PIL import Image
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import ExplicitVRLittleEndian, ImplicitVRLittleEndian, RLELossless, SecondaryCaptureImageStorage, generate_uid

H, W = 12, 10
ramp = np.add.outer(np.arange(H) * 7, np.arange(W) * 13)


def dicom(name, pixels, expected, syntax=ExplicitVRLittleEndian, photometric="MONOCHROME2", bits=16, signed=False, compress=None, **tags):
    ds = Dataset()
    ds.file_meta = FileMetaDataset()
    ds.file_meta.TransferSyntaxUID = syntax
    ds.file_meta.MediaStorageSOPClassUID = ds.SOPClassUID = SecondaryCaptureImageStorage
    ds.file_meta.MediaStorageSOPInstanceUID = ds.SOPInstanceUID = "1.2.826.0.1.3680043.8.498.1"
    ds.PatientName, ds.PatientID = "Doe^Jane", "SECRET-4711"
    ds.Rows, ds.Columns = pixels.shape[:2]
    ds.SamplesPerPixel = 1 if pixels.ndim == 2 else 3
    if pixels.ndim == 3:
        ds.PlanarConfiguration = 0
    ds.PhotometricInterpretation = photometric
    ds.BitsAllocated = 8 * pixels.dtype.itemsize
    ds.BitsStored, ds.HighBit, ds.PixelRepresentation = bits, bits - 1, int(signed)
    ds.PixelData = pixels.tobytes()
    ds["PixelData"].VR = "OB" if pixels.dtype.itemsize == 1 else "OW"
    for key, value in tags.items():
        setattr(ds, key, value)
    if compress:
        ds.compress(compress, pixels, generate_instance_uid=False)
    ds.save_as(f"{name}.dcm", enforce_file_format=True)
    if expected is not None:
        Image.fromarray(expected).save(f"{name}.png")


def window(values, centre, width):
    """DICOM PS3.3 C.11.2.1.2.1, linear."""
    y = ((values - (centre - 0.5)) / (width - 1) + 0.5) * 255
    return np.clip(y, 0, 255)


ct = (ramp * 11 - 1024).astype(np.int16)
dicom("ct-window", ct + 1024, np.round(window(ct.astype(float), 40, 400)).astype(np.uint8), signed=True,
      RescaleSlope=1, RescaleIntercept=-1024, WindowCenter=40, WindowWidth=400)
xray = (ramp * 20).astype(np.uint16)
dicom("xray-inverted-12-bit", xray, np.round(255 - window(xray.astype(float), 2048, 4096)).astype(np.uint8), bits=12,
      photometric="MONOCHROME1", WindowCenter=2048, WindowWidth=4096, syntax=ImplicitVRLittleEndian)
rgb = np.stack([ramp, ramp * 2, 255 - ramp], -1).astype(np.uint8)
dicom("rgb", rgb, rgb, photometric="RGB", bits=8)
dicom("rle", rgb, None, photometric="RGB", bits=8, compress=RLELossless)
dicom("rle-grey", rgb[..., 0].copy(), rgb[..., 0], bits=8, compress=RLELossless, WindowCenter=128, WindowWidth=256)
dicom("burned-in", rgb, None, photometric="RGB", bits=8, BurnedInAnnotation="YES")

picture = Image.fromarray(rgb)
for name, image in {"24-bit": picture, "8-bit-palette": picture.quantize(16), "8-bit-grey": picture.convert("L"), "1-bit": picture.convert("1"),
                    "32-bit": picture.convert("RGBA")}.items():
    image.save(f"{name}.bmp")
    Image.open(f"{name}.bmp").convert("RGB").save(f"{name}.bmp.png")

classes = [f"class{k}".encode() for k in range(3)]


def py2(value):
    """Protocol 2 as Python 2 wrote it: byte strings as strings."""
    return pickle.dumps(value, protocol=2)


with tarfile.open("cifar.tar.gz", "w:gz") as tar:
    def add(name, value):
        data = py2(value)
        info = tarfile.TarInfo(f"cifar-10-batches-py/{name}")
        info.size = len(data)
        tar.addfile(info, io.BytesIO(data))
    for batch in (2, 1):
        planes = np.stack([np.repeat([10 * batch + k, 100, 200], 1024) for k in range(2)]).astype(np.uint8)
        planes[:, 5] = 77  # red of the sixth pixel
        add(f"data_batch_{batch}", {"data": planes, "labels": [batch, 0], "batch_label": "training"})
    add("batches.meta", {"label_names": ["airplane", "automobile", "bird"]})
    add("readme.html", {"x": 1})
