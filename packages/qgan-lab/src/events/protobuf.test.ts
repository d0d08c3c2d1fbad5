import { expect, it } from "vitest";
import { bytesField, doubleField, encodeMessage, floatField, integerField } from "./protobuf.ts";

// The examples of protobuf.dev/programming-guides/encoding.
it("encodes the examples of the format's description", () => {
  expect([...encodeMessage([integerField(1, 150)])]).toEqual([0x08, 0x96, 0x01]);
  expect([...encodeMessage([bytesField(2, "testing")])]).toEqual([0x12, 0x07, 0x74, 0x65, 0x73, 0x74, 0x69, 0x6e, 0x67]);
  expect([...encodeMessage([bytesField(3, encodeMessage([integerField(1, 150)]))])]).toEqual([0x1a, 0x03, 0x08, 0x96, 0x01]);
});

it("encodes integers beyond 32 bits, doubles and floats", () => {
  expect([...encodeMessage([integerField(2, 2 ** 40 + 1)])]).toEqual([0x10, 0x81, 0x80, 0x80, 0x80, 0x80, 0x20]);
  expect([...encodeMessage([doubleField(1, 1)])]).toEqual([0x09, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f]);
  expect([...encodeMessage([floatField(2, -2)])]).toEqual([0x15, 0, 0, 0, 0xc0]);
});
