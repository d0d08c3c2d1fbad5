import { readFileSync } from "node:fs";
import { join } from "node:path";
import { createModel, generate, initParams } from "qgan-core";
import { createRng } from "repro-kit";
import { disposeParams, ready, weightsFromParams, writeSafetensors } from "tfjs-train";
import { expect, test } from "vitest";
import { hasChromium, openPage } from "./__fixtures__/open-page.ts";

// The README's page in headless Chromium: 64×64, base 4096, at most 128 maps; its pixels against Node's.
const TIMEOUT_MS = 180_000;
const SHOWN = 16;
/** Sums of the same kernels in another engine: a value on the border of two levels may fall to either side. */
const ONE_LEVEL = 1;

const root = join(import.meta.dirname, "..");

/** The program of the README's page, and then what it has drawn. */
function pageProgram(): string {
  const readme = readFileSync(join(root, "packages/qgan-core/README.md"), "utf8");
  const [, program = ""] = /^### In a page[\s\S]*?^```js\n([\s\S]*?)^```/m.exec(readme) ?? [];
  return `${program}
results.text = document.querySelector("p").textContent;
results.rgba = [...document.querySelector("canvas").getContext("2d").getImageData(0, 0, width * ${SHOWN}, height).data];`;
}

test.skipIf(!hasChromium)(
  "qgan-core: the README's page draws the images that Node draws, and tells the time",
  { timeout: TIMEOUT_MS },
  async () => {
    await ready({ backend: "wasm" });
    const model = createModel("stylegan2", { preset: "small64" });
    const params = initParams(model.generator.parameters, createRng(0));
    const weights = writeSafetensors(await weightsFromParams(params, { layout: "tfjs" }));
    const pixels = await generate(
      model,
      params,
      Array.from({ length: SHOWN }, (_, i) => i),
    );
    disposeParams(params);
    const wasm = ["tfjs-backend-wasm.wasm", "tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm-threaded-simd.wasm"];
    const files = {
      "manifest.json": JSON.stringify({ model: { name: model.name, options: model.options } }),
      "ema.safetensors": weights,
      ...Object.fromEntries(
        wasm.map((name) => [name, readFileSync(join(root, "node_modules/@tensorflow/tfjs-backend-wasm/dist", name))]),
      ),
    };
    const { text, rgba, failure } = await openPage(pageProgram(), { body: "<canvas></canvas><p></p>", files });
    expect(failure).toBeUndefined();
    expect(text).toMatch(/^\d+\.\d ms an image$/);
    console.info(`Chromium, wasm: ${text}`);
    const shown = rgba as number[]; // by the page above
    let largest = 0;
    for (let i = 0; i < SHOWN; i++)
      for (let y = 0; y < 64; y++)
        for (let x = 0; x < 64; x++)
          for (let c = 0; c < 3; c++) {
            const ours = pixels[((i * 64 + y) * 64 + x) * 3 + c];
            largest = Math.max(largest, Math.abs(shown[(y * 64 * SHOWN + i * 64 + x) * 4 + c] - ours));
          }
    expect(largest).toBeLessThanOrEqual(ONE_LEVEL);
    expect(new Set(pixels).size).toBeGreaterThan(50);
  },
);
