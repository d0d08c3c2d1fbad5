import { expect, test } from "vitest";
import { axisPhases } from "./axis-phases.ts";

test("every product of a convolution's axis belongs to one phase", () => {
  for (const stride of [1, 2, 3, 4])
    for (const dilation of [1, 2, 3])
      for (const kernel of [1, 3, 4])
        for (const padBefore of [0, 1, 5]) {
          const size = 11;
          const outSize = 9;
          const wanted = new Set<string>();
          for (let out = 0; out < outSize; out++)
            for (let tap = 0; tap < kernel; tap++) {
              const x = out * stride + tap * dilation - padBefore;
              if (x >= 0 && x < size) wanted.add(`${x} ${tap} ${out}`);
            }
          const found = axisPhases({ stride, padBefore, dilation, size, kernel }).flatMap(({ phase, count, taps }) =>
            taps.flatMap(({ tap, shift }) =>
              Array.from({ length: count }, (_, i) => `${phase + i * stride} ${tap} ${i + shift}`).filter((_, i) => {
                const out = i + shift;
                return out >= 0 && out < outSize;
              }),
            ),
          );
          expect(new Set(found)).toEqual(wanted);
          expect(found.length).toBe(wanted.size);
        }
});

test("an axis shorter than its stride has as many phases as samples", () => {
  const phases = axisPhases({ stride: 4, padBefore: 0, dilation: 1, size: 2, kernel: 3 });
  expect(phases.map(({ phase, count, taps }) => [phase, count, taps.map(({ tap }) => tap)])).toEqual([
    [0, 1, [0]],
    [1, 1, [1]],
  ]);
});
