import { expect } from "repro-kit";
import { auditMemorisation } from "../memorisation/audit-memorisation.ts";
import { type Metric, required } from "./metric.ts";

/** Shares of generated images that are copies of training images (the real side), by pixel and by feature, and the false alarms. */
export const memorised: Metric = {
  name: "memorised",
  source: "Carlini et al. 2023, arXiv:2301.13188, registered pixels below 0.5; features at 1 % of the held-out images",
  better: "lower",
  needs: ["allImages", "heldOut"],
  compute(real, generated, _rng, material) {
    const images = required("memorised", material, "allImages");
    expect(images.heldOut, "memorised", "held-out images are needed; got their features only.");
    const { byPixel, byFeature } = auditMemorisation({
      training: { images: images.real, features: real },
      generated: { images: images.generated, features: generated },
      heldOut: { images: images.heldOut, features: required("memorised", material, "heldOut") },
    });
    if (!byPixel || !byFeature) throw new Error("bug: the audit was given both and answered for one.");
    return {
      memorised: byPixel.copied,
      "memorised-false-alarm": byPixel.falseAlarm,
      "memorised-by-feature": byFeature.copied,
      "memorised-by-feature-false-alarm": byFeature.falseAlarm,
    };
  },
};
