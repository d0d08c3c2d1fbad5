import { expect, it } from "vitest";
import { crc32c, maskedCrc32c } from "./crc32c.ts";

// RFC 3720, appendix B.4, and the check value of the CRC catalogue.
it.each([
  ["32 zeros", new Uint8Array(32), 0x8a9136aa],
  ["32 ones", new Uint8Array(32).fill(0xff), 0x62a8ab43],
  ["0 to 31", Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
  ["123456789", new TextEncoder().encode("123456789"), 0xe3069283],
  ["nothing", new Uint8Array(0), 0],
])("matches the published value for %s", (_, bytes, expected) => {
  expect(crc32c(bytes)).toBe(expected);
});

it("masks as TFRecord does", () => {
  // tensorboard 2.21: masked_crc32c(struct.pack("<Q", 24)), the length of the first record of every event file.
  expect(maskedCrc32c(Uint8Array.of(24, 0, 0, 0, 0, 0, 0, 0))).toBe(0x224b7fa3);
});
