export { compileKernel, decodeKernel, instantiateKernels, reserveMemory } from "./instantiate-kernels.ts";
export { cholesky, solveCholesky } from "./linear-algebra/cholesky.ts";
export { multiplyPackedRows, type PackedRows, type PackedTile, packInt16Rows } from "./linear-algebra/int16-products.ts";
export { type MultiplyMatricesOptions, multiplyMatrices } from "./linear-algebra/multiply-matrices.ts";
export { productEigenvalues } from "./linear-algebra/product-eigenvalues.ts";
export { singularValues } from "./linear-algebra/singular-values.ts";
export { type SymmetricEigen, type SymmetricEigenOptions, symmetricEigen } from "./linear-algebra/symmetric-eigen.ts";
export { centerCrop, resizeShorterSide } from "./resize/crop.ts";
export type { ResizeFilter } from "./resize/pillow-plan.ts";
export type { PixelArray, RasterImage } from "./resize/raster-image.ts";
export { type ResizeImageOptions, resizeImage } from "./resize/resize-image.ts";
export { type ResizeTorchOptions, resizeTensorflow1, resizeTorch, type TorchMode } from "./resize/resize-torch.ts";
export {
  createLinearAlgebraPool,
  type LinearAlgebraPool,
  type LinearAlgebraPoolOptions,
  type WithSignal,
} from "./workers/linear-algebra-pool.ts";
export {
  createWorkerPool,
  type RunTaskOptions,
  type WorkerPool,
  type WorkerPoolOptions,
  type WorkerTasks,
} from "./workers/worker-pool.ts";
