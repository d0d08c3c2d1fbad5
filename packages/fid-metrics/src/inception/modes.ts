import { pillowBicubicMatrix, type ResizeMatrix, tensorflow1BilinearMatrix, torchBilinearMatrix } from "./resize-matrix.ts";

/**
 * How a reference program turns a uint8 image into the network's input. FID moves by a quarter with the resize filter, so a
 * mode is part of every protocol and modes are never mixed.
 */
export interface InceptionMode {
  readonly name: string;
  /** One line for the protocol. */
  readonly resize: string;
  readonly matrix: (outSize: number, inSize: number) => ResizeMatrix;
  /** Whether resized values are cut to 0..255 (a bicubic filter overshoots). */
  readonly clips: boolean;
  /** The network sees (value − offset)·scale. */
  readonly offset: number;
  readonly scale: number;
}

const modes = {
  "pytorch-fid": {
    name: "pytorch-fid",
    resize: "torch bilinear to 299, align_corners false, no antialias",
    matrix: torchBilinearMatrix,
    clips: false,
    offset: 127.5, // 2·(x/255) − 1
    scale: 1 / 127.5,
  },
  "torch-fidelity": {
    name: "torch-fidelity",
    resize: "TensorFlow 1 bilinear to 299, no half-pixel shift",
    matrix: tensorflow1BilinearMatrix,
    clips: false,
    offset: 128,
    scale: 1 / 128,
  },
  "clean-fid": {
    name: "clean-fid",
    resize: "Pillow bicubic to 299 on float32 channels, antialiased, cut to 0..255",
    matrix: pillowBicubicMatrix,
    clips: true,
    offset: 128,
    scale: 1 / 128,
  },
  "clean-fid-legacy-pytorch": {
    name: "clean-fid-legacy-pytorch",
    resize: "torch bilinear to 299, align_corners false, no antialias, cut to 0..255",
    matrix: torchBilinearMatrix,
    clips: true,
    offset: 128,
    scale: 1 / 128,
  },
  // clean-fid leaves the image alone here; its network resizes and normalises as TensorFlow 1 did
  "clean-fid-legacy-tensorflow": {
    name: "clean-fid-legacy-tensorflow",
    resize: "TensorFlow 1 bilinear to 299, no half-pixel shift",
    matrix: tensorflow1BilinearMatrix,
    clips: false,
    offset: 128,
    scale: 1 / 128,
  },
} as const satisfies Record<string, InceptionMode>;

export type InceptionModeName = keyof typeof modes;

export const inceptionModes: Readonly<Record<InceptionModeName, InceptionMode>> = modes;
