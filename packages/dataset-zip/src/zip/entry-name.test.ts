import { expect, it } from "vitest";
import { decodeEntryName } from "./entry-name.ts";

it("reads names in UTF-8, and others in code page 437, as Python's zipfile does", () => {
  expect(decodeEntryName(new TextEncoder().encode("ä/日本.png"))).toBe("ä/日本.png");
  expect(decodeEntryName(Uint8Array.of(0x84, 0x2f, 0x80, 0xe1, 0xff, 0x2e))).toBe("ä/Çß\u00a0.");
});
