import { radialPowerSpectrum, spectrumDistance } from "../radial-spectrum.ts";
import { type Metric, required } from "./metric.ts";

/** Distance of the radial power spectra in decades: upsampling shows in the short waves before the eye sees it. */
export const spectrum: Metric = {
  name: "spectrum",
  source: "Durall et al. 2020, arXiv:2003.01826, mean |log10 ratio| over the radii",
  better: "lower",
  needs: ["images"],
  compute(_real, _generated, _rng, material) {
    const { real, generated } = required("spectrum", material, "images");
    return { spectrum: spectrumDistance(radialPowerSpectrum(real), radialPowerSpectrum(generated)) };
  },
};
