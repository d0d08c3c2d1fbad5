import { expect } from "repro-kit";
import { gatherStrided } from "../gather-strided.ts";
import { countElements, viewBytes, type WeightData, type WeightTensor, weightTypes } from "../weight-file.ts";
import type { TorchTensor } from "./torch-names.ts";

/** Gathered copies may take the file's size and this much more; an honest file has few tensors that must be gathered. */
const MORE_THAN_FILE = 1 << 20;

/**
 * Makes tensors of what stands in the pickles of one file: views of it where they are contiguous, else gathered when first asked
 * for. All that must be gathered may not unfold to more than the file and 1 MB.
 *
 * @throws UsageError if a tensor reaches beyond its storage.
 */
export function createTensorBuilder(scope: string, fileSize: number): (name: string, tensor: TorchTensor) => WeightTensor {
  let gatherable = fileSize + MORE_THAN_FILE;
  return (name, { storage, type, offset, shape, strides }) => {
    const { bytes: itemSize } = weightTypes[type];
    const count = countElements(shape);
    expect(
      count !== undefined && count * itemSize <= fileSize,
      scope,
      `tensor "${brief(name)}" claims shape [${shape}], more than the file holds.`,
    );
    const size = storage.bytes().length;
    const last = shape.reduce((sum, length, axis) => sum + (length - 1) * strides[axis], offset);
    expect(count === 0 || (last + 1) * itemSize <= size, scope, `tensor "${brief(name)}" reaches beyond its storage.`);
    const isView = count === 0 || isContiguous(shape, strides);
    if (!isView) {
      gatherable -= count * itemSize;
      expect(gatherable >= 0, scope, "the tensors overlap so much that they unfold to more than the file.");
    }
    let data: WeightData | undefined;
    const begin = count === 0 ? 0 : offset * itemSize;
    const decode = (): WeightData =>
      isView
        ? viewBytes(storage.aligned().subarray(begin, begin + count * itemSize), type)
        : viewBytes(gatherStrided(storage.bytes(), { itemSize, offset, shape, strides }), type);
    return {
      dtype: type,
      shape,
      get data() {
        data ??= decode();
        return data;
      },
    };
  };
}

/** Row-major without gaps; axes of length 1 may have any stride. */
function isContiguous(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  return [...shape.keys()].reverse().every((axis) => {
    const fits = shape[axis] === 1 || strides[axis] === expected;
    expected *= shape[axis];
    return fits;
  });
}

const brief = (text: string): string => (text.length > 80 ? `${text.slice(0, 80)}…` : text);
