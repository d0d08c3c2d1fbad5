import { expect, test } from "vitest";
import { numpyNormals } from "./numpy-normals.ts";

test("gives numpy's own normals, however they are asked for", () => {
  // numpy 2.4.6: RandomState(123).randn(5), RandomState(0).randn(1500)[-2:], RandomState(2**32 - 1).randn(3)
  const first = [-1.0856306033005612, 0.9973454465835858, 0.28297849805199204, -1.506294713918092, -0.5786002519685364];
  const draw = numpyNormals(123);
  expect([...draw(2), ...draw(3)]).toEqual(first);
  expect([...numpyNormals(0)(1500).subarray(-2)]).toEqual([-1.0793431660249952, -0.11422555145018021]);
  expect([...numpyNormals(2 ** 32 - 1)(3)]).toEqual([0.6484086742306527, 0.6693235306338161, -1.0805437227474493]);
});

test("refuses seeds that numpy refuses", () => {
  for (const seed of [-1, 2 ** 32, 0.5]) expect(() => numpyNormals(seed)).toThrow("as numpy's");
});
