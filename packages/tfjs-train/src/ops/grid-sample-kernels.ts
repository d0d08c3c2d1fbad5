import * as tf from "@tensorflow/tfjs-core";
import { addSamples, addToGrid, addToImages, type GridGeometry, type GridLoop } from "./grid-sample-loops.ts";

export const GRID_SAMPLE = "GridSample";
export const GRID_SAMPLE_IMAGES = "GridSampleBackpropImages";
export const GRID_SAMPLE_GRID = "GridSampleBackpropGrid";

/** Attributes of the three kernels; `imageShape` where no image is among the inputs. */
export interface GridSampleAttributes extends GridGeometry {
  readonly imageShape?: readonly number[];
}

/** The cpu backend, as far as it is used here. */
interface Memory {
  readSync(dataId: tf.DataId): Float32Array;
  makeTensorInfo(shape: number[], dtype: "float32", values: Float32Array): tf.TensorInfo;
}

type Run = (memory: Memory, inputs: Readonly<Record<string, tf.TensorInfo>>, attributes: GridSampleAttributes) => tf.TensorInfo;

function loopOf(memory: Memory, grid: tf.TensorInfo, imageShape: readonly number[], geometry: GridGeometry): GridLoop {
  const [batch, height, width, channels] = imageShape;
  return { grid: memory.readSync(grid.dataId), batch, size: { height, width, channels }, geometry };
}

function made(memory: Memory, shape: readonly number[], fill: (values: Float32Array) => void): tf.TensorInfo {
  const values = new Float32Array(tf.util.sizeFromShape([...shape]));
  fill(values);
  return memory.makeTensorInfo([...shape], "float32", values);
}

const kernels: Readonly<Record<string, Run>> = {
  [GRID_SAMPLE]: (memory, { images, grid }, geometry) =>
    made(memory, [...grid.shape.slice(0, 3), images.shape[3]], (samples) =>
      addSamples(loopOf(memory, grid, images.shape, geometry), memory.readSync(images.dataId), samples),
    ),
  [GRID_SAMPLE_IMAGES]: (memory, { dy, grid }, { imageShape = [], ...geometry }) =>
    made(memory, imageShape, (images) =>
      addToImages(loopOf(memory, grid, imageShape, geometry), memory.readSync(dy.dataId), images),
    ),
  [GRID_SAMPLE_GRID]: (memory, { dy, images, grid }, geometry) =>
    made(memory, grid.shape, (gradient) => {
      const loop = loopOf(memory, grid, images.shape, geometry);
      addToGrid(loop, memory.readSync(dy.dataId), memory.readSync(images.dataId), gradient);
    }),
};

/** Registers the kernels of gridSample on cpu; wasm has its own, elsewhere it is composed of plain ops. Harmless to repeat. */
export function registerGridSampleKernels(): void {
  for (const [kernelName, run] of Object.entries(kernels)) {
    if (tf.getKernel(kernelName, "cpu")) continue;
    tf.registerKernel({
      kernelName,
      backendName: "cpu",
      kernelFunc: ({ inputs, backend, attrs }) =>
        run(
          backend as Memory, // registered there only
          inputs as Record<string, tf.TensorInfo>, // none of them optional
          attrs as unknown as GridSampleAttributes, // as gridSample passes them
        ),
    });
  }
}
