import { deflateRawSync } from "node:zlib";
import { createRng, UsageError } from "repro-kit";
import { describe, expect, test } from "vitest";
import { inflateRawWithFflate, inflateRawWithZlib } from "./inflate-raw.ts";

const rng = createRng(5);
/** Bytes that compress somewhat. */
const bytesOf = (length: number): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (rng.uniform() < 0.7 ? i >> 4 : rng.integer(256)));

describe.each([
  ["zlib", inflateRawWithZlib],
  ["fflate", inflateRawWithFflate],
])("%s", (_, inflate) => {
  test.each([1, 63, 64, 5000, 200_000])("%i bytes come back", (length) => {
    const bytes = bytesOf(length);
    expect(inflate(deflateRawSync(bytes), length, "test")).toEqual(bytes);
  });

  test("a shorter stream is returned as it is, a longer one shows by its length", () => {
    const stream = deflateRawSync(bytesOf(1000));
    expect(inflate(stream, 2000, "test")).toHaveLength(1000);
    expect(inflate(stream, 999, "test")).toHaveLength(1000);
    expect(inflate(deflateRawSync(new Uint8Array(1e7)), 10, "test")).toHaveLength(11);
    expect(inflate(deflateRawSync(new Uint8Array(0)), 0, "test")).toHaveLength(0);
    expect(inflate(new Uint8Array(0), 10, "test")).toHaveLength(0);
  });

  test.each([100, 20_000])("a stream of %i bytes that is cut short is refused", (length) => {
    const stream = deflateRawSync(bytesOf(length));
    for (const keep of [1, stream.length >> 1, stream.length - 1])
      expect(() => inflate(stream.subarray(0, keep), length, "test")).toThrow(UsageError);
  });
});

test("damaged streams: both refuse, or both give the same bytes", () => {
  const outcome = (inflate: typeof inflateRawWithZlib, stream: Uint8Array): Uint8Array | string => {
    try {
      return inflate(stream, 3000, "test");
    } catch (error) {
      if (!UsageError.isInstance(error)) throw error;
      return "refused";
    }
  };
  let numRefused = 0;
  for (let i = 0; i < 300; i++) {
    const stream = Uint8Array.from(deflateRawSync(bytesOf(3000)));
    for (let k = 0; k < 8; k++) stream[rng.integer(stream.length)] ^= 1 << rng.integer(8);
    const [a, b] = [outcome(inflateRawWithZlib, stream), outcome(inflateRawWithFflate, stream)];
    if (a === "refused") numRefused++;
    else if (b !== "refused" && a.length <= 3000) expect(Buffer.compare(b as Uint8Array, a as Uint8Array)).toBe(0); // neither is "refused"
  }
  expect(numRefused).toBeGreaterThan(50);
});
