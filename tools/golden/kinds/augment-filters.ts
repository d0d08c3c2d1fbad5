import { bandPassFilters, resamplingTaps, waveletTaps } from "ada-augment";
import { absolute } from "../compare.ts";
import type { GoldenKind } from "../golden-kind.ts";

interface Filters {
  readonly wavelet_lowpass: Readonly<Record<string, readonly number[]>>;
  readonly Hz_geom: readonly number[];
  readonly Hz_fbank: readonly (readonly number[])[];
}

/** The taps of a wavelet are a table of double precision; what the pipe makes of them it keeps in single precision. */
const DOUBLE = 1e-11;
const SINGLE = 1e-7;

function isFilters(value: unknown): value is Filters {
  return (
    typeof value === "object" && value !== null && ["wavelet_lowpass", "Hz_geom", "Hz_fbank"].every((field) => field in value)
  );
}

/** The filters of the augmentation pipe: the two wavelets it uses, the taps of the warp, and the bank of the image filter. */
export const augmentFilters: GoldenKind = {
  name: "augment-filters",
  find: ({ files }) =>
    files.flatMap((file) => {
      const { json } = file;
      if (!isFilters(json)) return [];
      const check = () => [
        ...Object.entries(waveletTaps).map(([name, taps]) =>
          absolute(name, [...taps], [...(json.wavelet_lowpass[name] ?? [])], DOUBLE),
        ),
        absolute("Hz_geom", [...resamplingTaps], [...json.Hz_geom], SINGLE),
        absolute("Hz_fbank", bandPassFilters(json.Hz_fbank.length).flat(), json.Hz_fbank.flat(), SINGLE),
      ];
      return [{ files: [file], cases: [{ name: file.path, check }] }];
    }),
};
