"""Writes the DICOM, BMP and CIFAR fixtures and those of `pillow-upright.json` with pydicom, Pillow and numpy: python make.py

Beside each picture stands what it must decode to, as a PNG: the standard's formulas in numpy, float64."""
import hashlib
import io
import json
import pickle
import struct
import tarfile

import numpy as np
from PIL import Image, ImageOps
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
dicom("no-window", ramp.astype(np.uint16), np.round(ramp / ramp.max() * 255).astype(np.uint8), bits=12)
dicom("sigmoid", xray, np.round(255 / (1 + np.exp(-4 * (xray - 2000.0) / 1500))).astype(np.uint8), bits=12,
      WindowCenter=2000, WindowWidth=1500, VOILUTFunction="SIGMOID")
curve = np.round(65535 * np.sqrt(np.arange(4096) / 4095)).astype(np.uint16)
voi = Dataset()
voi.LUTDescriptor, voi.LUTData = [4096, 0, 16], curve.tobytes()
dicom("voi-table", xray, np.round(curve[xray] / 65535 * 255).astype(np.uint8), bits=12, VOILUTSequence=[voi])
dicom("modality-table", xray, None, bits=12, ModalityLUTSequence=[voi])
dicom("rgb-planar", rgb, rgb, photometric="RGB", bits=8, PixelData=np.moveaxis(rgb, -1, 0).tobytes(), PlanarConfiguration=1)
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


def tiff(name, values, photometric):
    """An uncompressed little-endian TIFF of 16-bit samples, which Pillow reads but does not write."""
    height, width, count = values.shape
    data = values.astype("<u2").tobytes()
    bits = struct.pack(f"<{count}H", *[16] * count)
    fields = [(256, width), (257, height), (258, 8 + len(data)), (259, 1), (262, photometric), (273, 8), (277, count), (278, height), (279, len(data))]
    entries = b"".join(struct.pack("<HHII", tag, 3 if tag == 258 else 4, count if tag == 258 else 1, value) for tag, value in fields)
    start = 8 + len(data) + len(bits)
    with open(name, "wb") as file:
        file.write(b"II*\0" + struct.pack("<I", start) + data + bits + struct.pack("<H", len(fields)) + entries + bytes(4))


def upright(name):
    """What Pillow makes of a file: turned by its EXIF entry, palettes and inks resolved, of 16 bits the upper 8."""
    with Image.open(name) as stored:
        image = ImageOps.exif_transpose(stored)
    if image.mode == "P":
        image = image.convert("RGBA" if "transparency" in image.info else "RGB")
    pixels = np.array(image.convert("RGB") if image.mode == "CMYK" else image)
    pixels = (pixels >> 8).astype(np.uint8) if pixels.dtype == np.uint16 else pixels
    return {"file": name, "height": pixels.shape[0], "width": pixels.shape[1], "channels": 1 if pixels.ndim == 2 else pixels.shape[2],
            "sha256": hashlib.sha256(pixels.tobytes()).hexdigest()}


ink = np.dstack([rgb, ramp // 2]).astype(np.uint8)
fade = (ramp * 3 % 256).astype(np.uint8)
wide = np.stack([ramp * 317, ramp * 211, ramp * 97, ramp * 11], -1) % 65536
kinds = {
    "cmyk.jpg": (Image.fromarray(ink, "CMYK"), {}),
    "cmyk.tif": (Image.fromarray(ink, "CMYK"), {"compression": "tiff_lzw"}),
    "16-bit-grey.tif": (Image.fromarray(wide[..., 0].astype(np.uint16)), {}),
    "16-bit-grey.png": (Image.fromarray(wide[..., 0].astype(np.uint16)), {}),
    "grey-alpha.tif": (Image.fromarray(np.dstack([rgb[..., 0], fade]), "LA"), {}),
    "grey-alpha.png": (Image.fromarray(np.dstack([rgb[..., 0], fade]), "LA"), {}),
    "alpha.webp": (Image.fromarray(np.dstack([rgb, fade]), "RGBA"), {"lossless": True, "exact": True}),
    "palette-alpha.png": (picture.quantize(16), {"transparency": bytes([0, 100, 255])}),
}
for orientation in range(1, 9):
    exif = Image.Exif()
    exif[0x0112] = orientation
    kinds[f"turned-{orientation}.png"] = (picture, {"exif": exif})
    kinds[f"turned-{orientation}.tif"] = (picture, {"exif": exif})
    if orientation in (5, 8):
        kinds[f"turned-{orientation}.webp"] = (picture, {"exif": exif, "lossless": True})
        kinds[f"turned-{orientation}.jpg"] = (picture, {"exif": exif})
for name, (image, options) in kinds.items():
    image.save(name, **options)
Image.fromarray(ramp.astype(np.float32)).save("float.tif")
tiff("16-bit-rgb.tif", wide[..., :3], 2)
tiff("16-bit-cmyk.tif", wide, 5)
with open("pillow-upright.json", "w") as file:
    json.dump([upright(name) for name in sorted([*kinds, "16-bit-rgb.tif", "16-bit-cmyk.tif"])], file, indent=2)
    file.write("\n")
