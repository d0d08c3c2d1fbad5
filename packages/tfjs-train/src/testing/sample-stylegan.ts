import { legacyFile, orderedDict, type SampleTensor, sampleTensor } from "./sample-torch.ts";
import { type PickleItem, writePickle } from "./write-pickle.ts";

/** What of a snapshot a test changes. */
export interface SampleSnapshot {
  readonly protocol?: 2 | 4;
  readonly className?: string;
  readonly version?: number;
  readonly type?: string;
  /** Another nested storage for the first tensor. */
  readonly storage?: Uint8Array;
  /** Other fields of the first tensor. */
  readonly tensor?: Partial<SampleTensor>;
  /** More of the top-level dict. */
  readonly more?: readonly (readonly [PickleItem, PickleItem])[];
  readonly kwargs?: PickleItem;
}

/** A storage as `_load_from_bytes` is given it. */
export function nestedStorage(
  values: readonly number[],
  count: number = values.length,
  storageClass = "FloatStorage",
): Uint8Array {
  const id: PickleItem = { tuple: ["storage", { global: ["torch", storageClass] }, "94", "cpu", values.length, null] };
  return legacyFile({ persistent: id }, [{ key: "94", count, bytes: new Uint8Array(Float32Array.from(values).buffer) }]);
}

const loadBytes = (bytes: Uint8Array): PickleItem => ({ call: { global: ["torch.storage", "_load_from_bytes"] }, args: [bytes] });
const parameter = (tensor: PickleItem): PickleItem => ({
  call: { global: ["torch._utils", "_rebuild_parameter"] },
  args: [tensor, true, orderedDict],
});

function persistent(
  className: string,
  state: ReadonlyMap<PickleItem, PickleItem>,
  { version = 6, type = "class" }: SampleSnapshot,
): PickleItem {
  const meta = new Map<PickleItem, PickleItem>([
    ["type", type],
    ["version", version],
    ["module_src", "raise SystemExit"],
    ["class_name", className],
    ["state", state],
  ]);
  const easy: PickleItem = meta;
  return { call: { global: ["torch_utils.persistence", "_reconstruct_persistent_obj"] }, args: [easy] };
}

const moduleState = (
  parameters: readonly (readonly [PickleItem, PickleItem])[],
  buffers: readonly (readonly [PickleItem, PickleItem])[],
  modules: readonly (readonly [PickleItem, PickleItem])[],
  more: readonly (readonly [PickleItem, PickleItem])[],
): ReadonlyMap<PickleItem, PickleItem> =>
  new Map<PickleItem, PickleItem>([
    ...more,
    ["training", false],
    ["_parameters", new Map(parameters)],
    ["_buffers", new Map(buffers)],
    ["_modules", new Map(modules)],
  ]);

/** A small snapshot in the layout of stylegan2-ada-pytorch: one generator of two layers, no augmentation. */
export function sampleStyleGan(changes: SampleSnapshot = {}): Uint8Array {
  const { protocol = 4, className = "Generator", storage, tensor, more = [], kwargs } = changes;
  const weight = sampleTensor({ storage: loadBytes(storage ?? nestedStorage([1, 2, 3, 4, 5, 6])), shape: [2, 3], ...tensor });
  const layer = persistent(
    "FullyConnectedLayer",
    moduleState([["weight", parameter(weight)], ["bias", null]], [], [], []), // biome-ignore format: two entries
    {},
  );
  const average = sampleTensor({ storage: loadBytes(nestedStorage([0.5, -0.5])), shape: [2] });
  const scalar: PickleItem = {
    call: { global: ["numpy.core.multiarray", "scalar"] },
    args: [
      {
        call: { global: ["numpy", "dtype"] },
        args: ["f8", false, true],
        state: { tuple: [3, "<", null, null, null, -1, -1, 0] },
      },
      new Uint8Array(Float64Array.of(0.25).buffer),
    ],
  };
  const network = persistent(
    className,
    moduleState(
      [],
      [["w_avg", average]],
      [["fc0", layer]],
      [
        ["_init_args", { tuple: [] }],
        ["_init_kwargs", kwargs ?? new Map<PickleItem, PickleItem>([["z_dim", 2], ["rate", scalar]])], // biome-ignore format: two entries
        ["z_dim", 2],
      ],
    ),
    changes,
  );
  const snapshot = new Map<PickleItem, PickleItem>([
    ["training_set_kwargs", { call: { global: ["dnnlib.util", "EasyDict"] }, args: [] }],
    ["G_ema", network],
    ["augment_pipe", null],
    ...more,
  ]);
  return writePickle(snapshot, protocol);
}
