import {
  createInceptionExtractor,
  type Features,
  frechetDistanceFromFeatures,
  type ImageArray,
  type InceptionExtractor,
  kernelDistance,
  pairwiseDistance,
} from "fid-metrics";
import { resolveInceptionWeights } from "fid-metrics/node";
import { expect } from "repro-kit";

const TAPS = [192, 768] as const;
type Tap = (typeof TAPS)[number];

/** FID and KID at one tap. */
interface Distances {
  readonly fid: number;
  readonly kid: number;
}

/** A set of samples against the two sets of real images. */
export interface Measurement {
  readonly train: Readonly<Record<Tap, Distances>>;
  readonly test: Readonly<Record<Tap, Distances>>;
  /** Mean RMS pixel distance between two samples, 0 to 255. */
  readonly pairwise: number;
}

export interface SampleMeter {
  /** The training images against the test images: what a perfect generator would get. */
  readonly floor: Readonly<Record<Tap, Distances>>;
  readonly realPairwise: number;
  measure(samples: ImageArray): Promise<Measurement>;
  dispose(): void;
}

/** Extracts the real images' features once. */
export async function createSampleMeter(weightFile: string, train: ImageArray, test: ImageArray): Promise<SampleMeter> {
  const { weights, missing } = await resolveInceptionWeights({ file: weightFile });
  expect(weights, "hybridq-comparison", missing ?? "no Inception weights.");
  const extractor: InceptionExtractor = createInceptionExtractor({ weights, tap: 768 });
  const trainFeatures = await extractor.extractTaps(train, TAPS);
  const testFeatures = await extractor.extractTaps(test, TAPS);
  const compare = (real: Record<Tap, Features>, generated: Record<Tap, Features>): Record<Tap, Distances> => {
    const at = (tap: Tap): Distances => ({
      fid: frechetDistanceFromFeatures(real[tap], generated[tap]),
      kid: kernelDistance(real[tap], generated[tap]),
    });
    return { 192: at(192), 768: at(768) };
  };
  return {
    floor: compare(testFeatures, trainFeatures),
    realPairwise: await pairwiseDistance(train),
    async measure(samples) {
      const features = await extractor.extractTaps(samples, TAPS);
      return {
        train: compare(trainFeatures, features),
        test: compare(testFeatures, features),
        pairwise: await pairwiseDistance(samples),
      };
    },
    dispose: () => extractor.dispose?.(),
  };
}
