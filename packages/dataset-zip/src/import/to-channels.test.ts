import { describe, expect, it } from "vitest";
import { toChannels } from "./to-channels.ts";

const image = (channels: number, ...data: number[]) => ({
  data: Uint8Array.from(data),
  height: 1,
  width: data.length / channels,
  channels,
});
const asIs = { channels: undefined, background: undefined };

describe("toChannels", () => {
  it("takes away alpha where all is opaque, and refuses the rest", () => {
    expect([...toChannels(image(4, 1, 2, 3, 255), asIs).data]).toEqual([1, 2, 3]);
    expect([...toChannels(image(2, 9, 255), asIs).data]).toEqual([9]);
    expect(() => toChannels(image(4, 1, 2, 3, 254), asIs)).toThrow("transparent pixels. Give background");
  });

  it("lays transparent pixels on black or white", () => {
    expect([...toChannels(image(2, 100, 51, 100, 0), { ...asIs, background: "black" }).data]).toEqual([20, 0]);
    expect([...toChannels(image(2, 100, 51, 100, 0), { ...asIs, background: "white" }).data]).toEqual([224, 255]);
  });

  it("turns grey to RGB, and RGB to grey as Pillow's mode L", () => {
    expect([...toChannels(image(1, 5, 6), { ...asIs, channels: 3 }).data]).toEqual([5, 5, 5, 6, 6, 6]);
    // PIL.Image.new("RGB", (1, 1), colour).convert("L")
    const luma = (...rgb: number[]) => toChannels(image(3, ...rgb), { ...asIs, channels: 1 }).data[0];
    expect([luma(255, 0, 0), luma(0, 255, 0), luma(0, 0, 255), luma(12, 200, 77), luma(255, 255, 255)]).toEqual([
      76, 150, 29, 130, 255,
    ]);
  });
});
