import * as tf from "@tensorflow/tfjs-core";
import { gridSample } from "../../layers/grid-sample.ts";
import { fixed, type GradientCase, image, integers, matrix } from "./gradient-case.ts";

const odd = { shape: [1, 5, 7, 1] };
const margins: tf.backend_util.ExplicitPadding = [
  [0, 0],
  [1, 2],
  [0, 1],
  [0, 0],
];

const poolOps = { avgPool: tf.avgPool, maxPool: tf.maxPool, avgPool3d: tf.avgPool3d, maxPool3d: tf.maxPool3d };

const pools: readonly GradientCase[] = (["avgPool", "maxPool"] as const).flatMap((kind) => [
  image(`${kind}: valid`, (x) => poolOps[kind](x, 2, 2, "valid")),
  image(`${kind}: same`, (x) => poolOps[kind](x, 3, 2, "same")),
  image(`${kind}: overlapping`, (x) => poolOps[kind](x, 3, 1, "same")),
  image(`${kind}: odd size`, (x) => poolOps[kind](x, [2, 3], [3, 2], "same"), odd),
  image(`${kind}: odd size, cut off`, (x) => poolOps[kind](x, 3, 3, "valid"), odd),
  image(`${kind}: whole image`, (x) => poolOps[kind](tf.square(x), [4, 4], 1, "valid")),
  image(`${kind}: padded by 1`, (x) => poolOps[kind](x, 3, 2, 1, "floor"), odd),
  image(`${kind}: margins`, (x) => poolOps[kind](tf.sin(x), 3, 1, margins), { shape: [2, 3, 3, 1] }),
]);

const argmaxPools: readonly GradientCase[] = [
  image("maxPoolWithArgmax", (x) => tf.maxPoolWithArgmax(x, 3, 2, "same").result, odd),
];

const dilatedPools: readonly GradientCase[] = (["avg", "max"] as const).map((kind) =>
  image(`pool: ${kind}, dilated`, (x) => tf.pool(x, [2, 2], kind, "same", [2, 1]), odd),
);

const volumePools: readonly GradientCase[] = (["avgPool3d", "maxPool3d"] as const).flatMap((kind) =>
  (["same", "valid"] as const).map(
    (pad) =>
      matrix(`${kind}: ${pad}`, (x) => poolOps[kind](x as tf.Tensor5D, [2, 3, 2], [2, 1, 2], pad), { shape: [1, 3, 4, 3, 1] }), // rank 5
  ),
);

const resizes: readonly GradientCase[] = (["resizeBilinear", "resizeNearestNeighbor"] as const).flatMap((kind) =>
  (
    [
      [false, false],
      [true, false],
      [false, true],
    ] as const
  ).flatMap(([align, half]) =>
    (
      [
        [7, 3],
        [2, 9],
        [8, 8],
        [1, 4],
      ] as const
    ).map((size) =>
      image(`${kind}: to ${size.join("×")}${align ? ", corners aligned" : ""}${half ? ", half pixels" : ""}`, (x) =>
        tf.image[kind](x, [...size], align, half),
      ),
    ),
  ),
);

// (y1, x1, y2, x2): inside, larger than the image, upside down
const boxes = () => tf.tensor2d([0.1, 0.23, 0.87, 0.71, -0.31, 0.4, 1.27, 1.19, 0.9, 0.8, 0.17, 0.06], [3, 4]);
const crop = (images: tf.Tensor4D, of: tf.Tensor2D, method: "bilinear" | "nearest", size: [number, number]) =>
  tf.image.cropAndResize(images, of, integers([0, 1, 0]) as tf.Tensor1D, size, method, 0.25); // a vector
const pictures = (seed: number) => fixed([2, 4, 3, 2], seed) as tf.Tensor4D; // rank 4

const crops: readonly GradientCase[] = [
  ...(["bilinear", "nearest"] as const).flatMap((method) => [
    image(`cropAndResize: ${method}`, (x) => crop(x, boxes(), method, [3, 5]), { shape: [2, 4, 3, 1] }),
    image(`cropAndResize: ${method}, one sample`, (x) => crop(x, boxes(), method, [1, 2]), { shape: [2, 3, 5, 1] }),
  ]),
  matrix(
    "cropAndResize: by the boxes",
    (x) => crop(pictures(1), tf.add(tf.mul(x, 0.05), boxes()) as tf.Tensor2D, "bilinear", [3, 4]),
    {
      shape: [3, 4],
    },
  ),
  matrix(
    "cropAndResize: by images and boxes",
    (x) => crop(tf.mul(pictures(1), tf.sum(x)), tf.add(tf.mul(x, 0.05), boxes()) as tf.Tensor2D, "bilinear", [2, 2]), // rank 2
    { shape: [3, 4] },
  ),
];

const points = (seed: number, shape = [2, 3, 2, 2]) => tf.mul(fixed(shape, seed), 1.7) as tf.Tensor4D; // rank 4; some outside the image

const gridSamples: readonly GradientCase[] = (["zeros", "reflection"] as const).flatMap((padding) =>
  [false, true].flatMap((alignCorners) => {
    const options = { padding, alignCorners };
    const variant = `${padding}${alignCorners ? ", corners aligned" : ""}`;
    return [
      image(`gridSample: ${variant}`, (x) => gridSample(x, points(5), options), { shape: [2, 3, 4, 1] }),
      image(`gridSample: ${variant}, one row`, (x) => gridSample(x, points(3, [1, 2, 5, 2]), options), { shape: [1, 1, 5, 2] }),
      image(`gridSample: ${variant}, by the grid`, (x) => gridSample(pictures(3), x, options), { shape: [2, 2, 3, 2] }),
      image(
        `gridSample: ${variant}, by both`,
        (x) => gridSample(tf.square(x), tf.mul(tf.reverse(x, 1), 0.7) as tf.Tensor4D, options), // the shape of x
        { shape: [1, 3, 5, 2] },
      ),
    ];
  }),
);

export const imageCases: readonly GradientCase[] = [
  ...pools,
  ...argmaxPools,
  ...dilatedPools,
  ...volumePools,
  ...resizes,
  ...crops,
  ...gridSamples,
];
