import { crc32 } from "../png/checksums.ts";
import { encodePng } from "../png/encode-png.ts";
import { type HostileEntry, makeHostileZip } from "./make-hostile-zip.ts";

const picture = encodePng({ data: new Uint8Array(64), height: 8, width: 8, channels: 1 });
export const honest: HostileEntry = { name: "00000/img00000000.png", content: picture };
export const other: HostileEntry = { name: "00000/img00000001.png", content: picture };

/** Twelve ways to lead outside, and a NUL. */
const NAMES = [
  "../a.png",
  "x/../../a.png",
  "./../a.png",
  "x/..",
  "..",
  "/a.png",
  "//server/share/a.png",
  "C:/a.png",
  "c:a.png",
  "\\a.png",
  "..\\a.png",
  "x\\..\\..\\a.png",
  "a\0.png",
];

/** A PNG whose header claims 2³¹ − 1 pixels a side. */
function hugePng(): Uint8Array {
  const png = picture.slice();
  const view = new DataView(png.buffer);
  view.setUint32(16, 2 ** 31 - 1);
  view.setUint32(20, 2 ** 31 - 1);
  view.setUint32(29, crc32(png, 12, 29));
  return png;
}

/** Every kind of hostile zip: what is wrong with it, its bytes, and a part of the name that the refusal must tell. */
export const hostileZips: readonly (readonly [what: string, zip: Uint8Array, named: string])[] = [
  ...NAMES.map((name): [string, Uint8Array, string] => [
    `the name ${JSON.stringify(name)}`,
    makeHostileZip([honest, { name, content: picture }]),
    name.includes("\0") ? "holds a NUL" : name.replaceAll("\\", "").slice(-5),
  ]),
  ["a symbolic link", makeHostileZip([honest, { name: "link.png", mode: 0o120777 }]), "link.png"],
  ["a size beyond the truth", makeHostileZip([honest, { ...other, size: 5000, compressedSize: 5000 }]), "img00000001"],
  ["two sizes of a stored entry", makeHostileZip([honest, { ...other, size: 5 }]), "img0000000"],
  ["entries that lie over each other", makeHostileZip([honest, { ...other, offset: 10 }]), "img00000001"],
  ["an entry twice", makeHostileZip([honest, honest]), "img00000000"],
  [
    "a ratio over a thousand",
    makeHostileZip([honest, { ...other, content: new Uint8Array(3e7), isCompressed: true }]),
    "img00000001",
  ],
  ["an encrypted entry", makeHostileZip([honest, { ...other, flags: 1, size: picture.length - 12 }]), "img00000001"],
  ["a header of 2^31 pixels", makeHostileZip([{ ...honest, content: hugePng() }, other]), "img00000000"],
  ["ends of zip64 that disagree", makeHostileZip([honest, other], { zip64: 7 }), ""],
  ["a directory that breaks off", makeHostileZip([honest, other], { count: 3 }), ""],
  ["an end cut off", makeHostileZip([honest, other]).slice(0, -40), ""],
];
