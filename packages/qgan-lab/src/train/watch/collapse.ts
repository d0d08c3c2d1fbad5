import { createRandomConvolutionExtractor, type Features, neighbourhoodScores, pairwiseDistance } from "fid-metrics";
import { isEarly, once, spreadOver, type WatchKind, type WatchScore } from "./watch.ts";

const MOST_IMAGES = 64;
/** Fewest images on a side for a recall. */
const FEWEST = 16;
/** Below this share of the real images' spread, samples look alike to the eye. */
const ALIKE = 0.2;
/** Below this share of what real images reach among themselves, most kinds of images are not drawn any more. */
const MISSING = 0.1;
/** Snapshots in a row. */
const TIMES = 2;

/** Mode collapse: samples nearly alike, or whole kinds of images no longer drawn, before any FID is measured. */
export const collapse: WatchKind = {
  name: "collapse",
  description: "samples nearly alike, or kinds of images that are not drawn any more",
  async create({ data: { dataset, train }, say: tell }) {
    const [height, width, channels] = dataset.imageShape;
    const size = height * width * channels;
    const say = once(tell);
    const images = (data: Uint8Array) => ({ data, count: data.length / size, height, width, channels });
    const chosen = spreadOver(train, 2 * MOST_IMAGES);
    const halves = [0, 1].map((half) => chosen.filter((_, i) => i % 2 === half));
    const [reals, others] = [await dataset.images(halves[0]), await dataset.images(halves[1])];
    const realSpread = await pairwiseDistance(images(reals));
    const features = async (data: Uint8Array): Promise<Features> => {
      const extractor = createRandomConvolutionExtractor();
      try {
        return await extractor.extract(images(data));
      } finally {
        extractor.dispose();
      }
    };
    const hasRecall = Math.min(halves[0].length, halves[1].length) >= FEWEST;
    const realFeatures = hasRecall ? await features(reals) : undefined;
    const realRecall = realFeatures ? neighbourhoodScores(realFeatures, await features(others)).recall : Number.NaN;
    let lowInARow = 0;
    return {
      async snapshot({ step, fraction, pixels }) {
        const scores: WatchScore[] = [];
        if (pixels.length < 2 * size) return scores;
        const protocol = { "generated images": pixels.length / size, "real images": halves[0].length };
        const spread = await pairwiseDistance(images(pixels));
        scores.push({
          metric: "pairwise",
          title: "Spread",
          value: spread,
          better: "near",
          realValue: realSpread,
          protocol: { ...protocol, unit: "grey levels (RMS)" },
        });
        const isLate = !isEarly({ step, fraction });
        const remedy = "Try a wider noise range, a lower discriminator rate, more weight on R1 (--gamma), or another seed.";
        if (isLate && spread < ALIKE * realSpread)
          say(
            `Step ${step}: the samples are nearly alike (spread ${spread.toFixed(1)}, real images ${realSpread.toFixed(1)}): mode collapse. ${remedy}`,
          );
        if (!realFeatures || pixels.length < FEWEST * size) return scores;
        const { recall } = neighbourhoodScores(realFeatures, await features(pixels));
        scores.push({
          metric: "watch-recall",
          title: "Recall of random features",
          value: recall,
          better: "higher",
          realValue: realRecall,
          protocol,
        });
        lowInARow = isLate && recall < MISSING * realRecall ? lowInARow + 1 : 0;
        if (lowInARow >= TIMES)
          say(
            `Step ${step}: hardly any real image lies near a sample (recall ${recall.toFixed(2)}, real images ${realRecall.toFixed(2)}): mode collapse. ${remedy}`,
          );
        return scores;
      },
    };
  },
};
