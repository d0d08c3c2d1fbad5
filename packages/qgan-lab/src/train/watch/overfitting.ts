import * as tf from "@tensorflow/tfjs-core";
import { imagesFromPixels } from "qgan-core";
import { once, spreadOver, type WatchKind, type WatchScene, type WatchScore } from "./watch.ts";

/** Signs of D(real) that the mean is taken over. */
const SIGNS = 4000;
/** From this mean sign on, the discriminator knows nearly every training image. */
const CERTAIN = 0.95;
/** The adaptive probability can do no more from here on. */
const MOST_P = 0.9;
/** Images on each side of the gap. */
const IMAGES = 32;
/** Share of the way from training images to generated ones at which held-out images lie for the discriminator. */
const FOREIGN = 0.5;

/**
 * Overfitting of the discriminator: the mean sign r_t of D(training images) near 1, or images that it has not seen judged as generated
 * ones are: r_v = (D(train) − D(held out)) / (D(train) − D(generated)) far above 0.
 *
 * @see Karras et al. 2020, arXiv:2006.06676, Sec. 3.1, Eq. 1.
 */
export const overfitting: WatchKind = {
  name: "overfitting",
  description: "a discriminator that knows its training images by heart",
  async create(scene) {
    const say = once(scene.say);
    const isAdaptive = scene.augment?.kind === "ada";
    const signs: number[] = [];
    const judged = await judgedImages(scene);
    const remedy = isAdaptive
      ? "Go on from the best snapshot, add images, or raise --gamma."
      : "Train with --aug ada, go on from the best snapshot, add images, or raise --gamma.";
    return {
      step({ step, observed, augmentProbability = 0 }) {
        for (const logit of observed["scores/real"] ?? []) signs.push(Math.sign(logit));
        signs.splice(0, signs.length - SIGNS);
        if (signs.length < SIGNS) return;
        const mean = signs.reduce((sum, sign) => sum + sign, 0) / SIGNS;
        if (mean > CERTAIN && (!isAdaptive || augmentProbability >= MOST_P))
          say(
            `Step ${step}: the discriminator is certain of ${Math.floor(50 * (1 + mean))} % of the training images${isAdaptive ? ` at augmentation probability ${augmentProbability.toFixed(2)}` : ""}: overfitting. ${remedy}`,
          );
      },
      async snapshot({ step, training, pixels, labels }) {
        const { judge, generator } = training.model;
        if (!judged || !judge) return [];
        const { labelSize = 0, imageShape } = generator;
        const mean = async (images: Uint8Array, classes: readonly number[] | undefined): Promise<number> => {
          const logits = tf.tidy(() => {
            const vectors = classes && tf.oneHot(tf.tensor1d([...classes], "int32"), labelSize, 1, 0, "float32");
            return tf.mean(judge(training.params(), imagesFromPixels(images, imageShape), (vectors as tf.Tensor2D) ?? null)); // of vectors
          });
          const [value] = await logits.data();
          logits.dispose();
          return value;
        };
        const train = await mean(judged.train.pixels, judged.train.labels);
        const heldOut = await mean(judged.heldOut.pixels, judged.heldOut.labels);
        const size = imageShape[0] * imageShape[1] * imageShape[2];
        const count = Math.min(IMAGES, Math.floor(pixels.length / size));
        const generated = await mean(pixels.subarray(0, count * size), labels?.slice(0, count));
        const ratio = (train - heldOut) / (train - generated);
        // Early on D cannot tell anything apart, and the ratio is chance.
        if (train - generated > 1 && ratio > FOREIGN)
          say(
            `Step ${step}: held-out images look ${Math.round(100 * Math.min(1, ratio))} % as foreign to the discriminator as generated ones do: overfitting. ${remedy}`,
          );
        const score: WatchScore = {
          metric: "heldout-gap",
          title: "D(training) − D(held out)",
          value: train - heldOut,
          better: "near",
          realValue: 0,
          protocol: {
            "generated images": count,
            "real images": IMAGES,
            "share of the way to generated": Number(ratio.toPrecision(3)),
          },
        };
        return [score];
      },
    };
  },
};

interface JudgedImages {
  readonly pixels: Uint8Array;
  readonly labels?: readonly number[];
}

/** As many training and held-out images; undefined where there are too few, or nothing judges images. */
async function judgedImages({
  data: { dataset, train, heldOut },
  model,
}: WatchScene): Promise<{ readonly train: JudgedImages; readonly heldOut: JudgedImages } | undefined> {
  if (!model.judge || heldOut.length < IMAGES || train.length < IMAGES) return undefined;
  const isConditional = (model.generator.labelSize ?? 0) > 0;
  const take = async (indices: readonly number[]): Promise<JudgedImages> => {
    const chosen = spreadOver(indices, IMAGES);
    const labels = isConditional ? chosen.map((index) => dataset.labels?.[index] ?? 0) : undefined;
    return { pixels: await dataset.images(chosen), ...(labels ? { labels } : {}) };
  };
  return { train: await take(train), heldOut: await take(heldOut) };
}
