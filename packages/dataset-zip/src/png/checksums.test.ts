import { createRng } from "repro-kit";
import { describe, expect, it } from "vitest";
import { adler32, crc32, crc32Plain } from "./checksums.ts";

const bytes = (text: string) => new TextEncoder().encode(text);

describe("crc32", () => {
  it("has the check value of the standard", () => expect(crc32(bytes("123456789"))).toBe(0xcbf43926));

  it("is the same without Node", () => {
    const data = Uint8Array.from({ length: 1001 }, (_, i) => (i * 37) & 255);
    for (const start of [0, 1, 5, 900]) expect(crc32Plain(data, start, 1001, 77)).toBe(crc32(data, start, 1001, 77));
  });

  it("can be continued at any place, on any stretch", () => {
    const rng = createRng(0);
    const data = Uint8Array.from({ length: 999 }, () => rng.integer(256));
    const whole = crc32(data);
    for (const cut of [0, 1, 2, 3, 5, 500, 998, 999]) expect(crc32(data, cut, 999, crc32(data, 0, cut))).toBe(whole);
  });
});

describe("adler32", () => {
  it("has the value of a known text", () => expect(adler32(bytes("Wikipedia"))).toBe(0x11e60398));

  it("does not overflow on the longest runs of the largest byte", () => {
    const data = new Uint8Array(100_000).fill(255);
    let [a, b] = [1, 0];
    for (const byte of data) {
      a = (a + byte) % 65521;
      b = (b + a) % 65521;
    }
    expect(adler32(data)).toBe(b * 65536 + a);
  });
});
