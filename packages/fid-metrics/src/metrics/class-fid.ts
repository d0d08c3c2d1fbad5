import { classFrechetDistance } from "../class-frechet-distance.ts";
import { type Metric, required } from "./metric.ts";

/** FID of each class by itself, and their mean. */
export const classFid: Metric = {
  name: "class-fid",
  source: "Miyato, Koyama 2018, arXiv:1802.05637",
  better: "lower",
  needs: ["labels"],
  fewestSamples: 2048,
  compute(real, generated, _rng, material) {
    const { mean, byClass } = classFrechetDistance(real, generated, required("class-fid", material, "labels"));
    return { "class-fid": mean, ...Object.fromEntries([...byClass].map(([label, value]) => [`class-fid-${label}`, value])) };
  },
};
