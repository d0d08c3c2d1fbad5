import { expect } from "repro-kit";
import type { WeightFile, WeightTensor } from "tfjs-train";

interface TensorEntry {
  readonly name: string;
  readonly role: "weight" | "bias";
  readonly op: string;
  readonly shape: readonly number[];
  readonly offset: number;
  readonly bytes: number;
}

/**
 * TensorFlow's MobileNetV2, taken out of a .tflite file as a description (`tensors`: op, role, name, shape, offset, bytes; filters
 * [out, height, width, in], depthwise [1, height, width, channels]) and float32 bytes, under torchvision's names and in PyTorch's
 * layout, so that `loadBackbone(mobilenetV2Tensorflow, file)` takes it.
 *
 * @param description - The parsed JSON.
 * @throws UsageError if it is not such a description, or the bytes are too few.
 */
export function readTensorflowMobileNetV2(description: unknown, bytes: Uint8Array): WeightFile {
  const scope = "readTensorflowMobileNetV2";
  const entries = (description as { tensors?: unknown } | null)?.tensors;
  expect(
    Array.isArray(entries) && entries.every(isEntry),
    scope,
    "the description must have a list `tensors`. Give the JSON file.",
  );
  const tensors = Object.fromEntries(
    (entries as TensorEntry[]).map((entry): [string, WeightTensor] => {
      // each was checked in the line above
      expect(
        entry.offset + entry.bytes <= bytes.length,
        scope,
        `${entry.name} ends at byte ${entry.offset + entry.bytes}; the file has ${bytes.length}. It is truncated, or of another network.`,
      );
      const values = new Float32Array(Uint8Array.from(bytes.subarray(entry.offset, entry.offset + entry.bytes)).buffer); // a copy, aligned
      const name = `${torchvisionName(scope, entry.name)}.${entry.role}`;
      return [name, entry.role === "weight" ? filterOf(entry, values) : { dtype: "F32", shape: entry.shape, data: values }];
    }),
  );
  return { tensors, metadata: {} };
}

function isEntry(value: unknown): value is TensorEntry {
  const entry = value as Partial<TensorEntry> | null;
  return (
    typeof entry?.name === "string" &&
    (entry.role === "weight" || entry.role === "bias") &&
    Array.isArray(entry.shape) &&
    Number.isSafeInteger(entry.offset) &&
    Number.isSafeInteger(entry.bytes)
  );
}

/** "MobileNetV2/expanded_conv_3/depthwise/…" is features.3.conv.1.0; the first block has no expansion. */
function torchvisionName(scope: string, name: string): string {
  if (name.includes("/Conv2d_0_0/")) return "features.0.0";
  if (name.includes("/Conv2d_18_1/")) return "features.18.0";
  if (name.includes("/top/")) return "classifier.1";
  const [, block, part] = /\/expanded_conv_(\d+)\/(expand|depthwise|project)\//.exec(name) ?? [];
  expect(part, scope, `no layer of MobileNetV2 is called "${name}".`);
  const before = block === "1" ? 0 : 1; // convolutions before the depthwise one
  if (part === "expand") return `features.${block}.conv.0.0`;
  return part === "depthwise" ? `features.${block}.conv.${before}.0` : `features.${block}.conv.${before + 1}`;
}

/** [out, h, w, in] to [out, in, h, w], and [1, h, w, channels] to [channels, 1, h, w]; the head, 1×1, to [out, in]. */
function filterOf({ op, name, shape }: TensorEntry, values: Float32Array): WeightTensor {
  const [first, height, width, last] = shape;
  const isDepthwise = op === "depthwise_conv2d";
  const [outputs, inputs] = isDepthwise ? [last, 1] : [first, last];
  const data = new Float32Array(values.length);
  for (let o = 0; o < outputs; o++)
    for (let i = 0; i < inputs; i++)
      for (let p = 0; p < height * width; p++)
        data[(o * inputs + i) * height * width + p] =
          values[isDepthwise ? p * outputs + o : (o * height * width + p) * inputs + i];
  return { dtype: "F32", shape: name.includes("/top/") ? [outputs, inputs] : [outputs, inputs, height, width], data };
}
