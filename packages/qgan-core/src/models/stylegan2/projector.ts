import * as tf from "@tensorflow/tfjs-core";
import { expect, type Rng } from "repro-kit";
import { adam, disposeParams, type Params, valueAndGradsAux } from "tfjs-train";
import { noiseRegularization, normalizeNoise } from "./noise-regularization.ts";
import {
  checkProjection,
  checkState,
  learningRateAt,
  noiseScaleAt,
  type ProjectionDraws,
  type ProjectionOptions,
  type ProjectionState,
  SCOPE,
} from "./projector-options.ts";

/** What a step of a projection saw, and how to take its result. */
export interface ProjectionStep {
  /** Steps taken so far, from 1. */
  readonly step: number;
  /** Squared distance of features, of each target, before the step. */
  readonly distances: Float32Array;
  /** Distance and noise regularisation of each target. */
  readonly losses: Float32Array;
  readonly learningRate: number;
  /** Standard deviation of what was added to each target's styles. */
  readonly noiseScales: readonly number[];
  /** Styles after the step, [count, numStyles, styleSize]. Until the next step is asked for. */
  styles(): Promise<Float32Array>;
  /** Images of those styles with the noise that was found, [count, imageSize, imageSize, channels], not bounded; the caller owns them. */
  images(): tf.Tensor4D;
  /** Everything needed to go on. */
  state(): Promise<ProjectionState>;
}

const STYLES = "w";
const noiseName = (layer: string): string => `noise.${layer}`;

/**
 * Finds styles whose images look like given ones: gradient descent on the styles and the noise maps together, from the mean style, with
 * noise on the styles that fades, a learning rate that rises and falls, and noise maps that are held to be white.
 *
 * One value is yielded a step; stop asking and everything is given back.
 *
 * @throws UsageError for an option that is not known or out of its range, targets of another size than the network's, and a state of
 * another projection.
 * @see Karras et al. 2019, arXiv:1912.04958, Sec. 5 and App. D; W+: Abdal et al. 2019, arXiv:1904.03189.
 */
export async function* projectImages(options: ProjectionOptions): AsyncGenerator<ProjectionStep, void, undefined> {
  const settings = checkProjection(options);
  const { network, params, targets, features, state } = options;
  const { numStyles, noiseLayers } = network.synthesis;
  const { styleSize } = network;
  const [count] = targets.shape;
  const perTarget = settings.space === "w" ? 1 : numStyles;
  const draws = options.draws ?? drawsOf(options.rng as Rng); // one of the two: checked
  const statistics = Array.from({ length: count }, (_, i) =>
    Array.isArray(options.statistics) ? options.statistics[i] : options.statistics,
  );
  const shapes = {
    [STYLES]: [count, perTarget, styleSize],
    ...Object.fromEntries(noiseLayers.map(({ name, size }) => [noiseName(name), [count, size, size]])),
  };
  if (state) checkState(state, shapes, settings);
  const targetFeatures = tf.tidy(() => tf.clone(features(targets)));
  const optimizer = adam({ learningRate: (step) => learningRateAt(step, settings), beta1: 0.9, beta2: 0.999, epsilon: 1e-8 });
  const fresh = (): Params => {
    const rows = statistics.flatMap(({ mean }) => Array.from({ length: perTarget }, () => mean));
    const maps = noiseLayers.map(({ name, size }) => {
      const values = joined(count, size * size, (i) => draws.noiseMap(name, size, i));
      return [noiseName(name), tf.tensor3d(values, [count, size, size])] as const;
    });
    return {
      [STYLES]: tf.tensor3d(
        joined(rows.length, styleSize, (i) => rows[i]),
        [count, perTarget, styleSize],
      ),
      ...Object.fromEntries(maps),
    };
  };
  let found = state ? restored(state, "value.") : fresh();
  let moments = state ? restored(state, "adam.") : optimizer.init(found);
  const stylesOf = (w: tf.Tensor): tf.Tensor3D =>
    settings.space === "w" ? (tf.tile(w, [1, numStyles, 1]) as tf.Tensor3D) : (w as tf.Tensor3D); // [count, perTarget, styleSize]
  const draw = (styles: tf.Tensor3D, values: Params): tf.Tensor4D =>
    network.synthesis.apply(params, styles, { noise: (layer) => tf.expandDims(values[noiseName(layer)], 3) });

  try {
    for (let step = state?.step ?? 0; step < settings.numSteps; step++) {
      const scale = noiseScaleAt(step, settings);
      const noiseScales = statistics.map(({ deviation }) => deviation * scale);
      const noise = joined(count, perTarget * styleSize, (i) =>
        draws.styleNoise(step, perTarget * styleSize, i).map((value) => value * noiseScales[i]),
      );
      const lossOf = (values: Params) => {
        const styles = tf.add(values[STYLES], tf.tensor3d(noise, [count, perTarget, styleSize]));
        const squares = tf.square(tf.sub(targetFeatures, features(draw(stylesOf(styles), values))));
        const distances = tf.sum(tf.reshape(squares, [count, -1]), 1); // [count]
        const maps = noiseLayers.map(({ name }) => noiseRegularization(values[noiseName(name)] as tf.Tensor3D)); // by their making
        const losses = tf.add(distances, tf.mul(tf.addN(maps), settings.noiseWeight)); // [count]
        return { loss: tf.sum(losses) as tf.Scalar, aux: { distances, losses } };
      };
      const { value, grads, aux } = valueAndGradsAux(lossOf)(found);
      const [distances, losses] = await Promise.all([aux.distances.data<"float32">(), aux.losses.data<"float32">()]);
      tf.dispose([value, aux]);
      const next = optimizer.step(found, grads, moments);
      disposeParams(grads);
      disposeParams(found);
      disposeParams(moments);
      found = whitened(next.params);
      moments = next.state;
      expect(
        losses.every(Number.isFinite),
        SCOPE,
        `the loss is not finite at step ${step + 1}. Lower the learning rate, ${settings.learningRate}.`,
      );
      yield {
        step: step + 1,
        distances: Float32Array.from(distances),
        losses: Float32Array.from(losses),
        learningRate: learningRateAt(step, settings),
        noiseScales,
        styles: async () => {
          const styles = tf.tidy(() => stylesOf(tf.clone(found[STYLES])));
          const values = Float32Array.from(await styles.data<"float32">());
          styles.dispose();
          return values;
        },
        images: () => tf.tidy(() => draw(stylesOf(found[STYLES]), found)),
        state: async () => ({
          step: step + 1,
          tensors: { ...(await saved(found, "value.")), ...(await saved(moments, "adam.")) },
        }),
      };
    }
  } finally {
    disposeParams(found);
    disposeParams(moments);
    targetFeatures.dispose();
  }
}

/** The noise maps whitened after a step; takes the old ones. */
function whitened(values: Params): Params {
  return Object.fromEntries(
    Object.entries(values).map(([name, tensor]) => {
      if (name === STYLES) return [name, tensor] as const;
      const white = normalizeNoise(tensor as tf.Tensor3D); // [count, size, size], by its making
      tensor.dispose();
      return [name, white] as const;
    }),
  );
}

/** Streams by target, layer and step: a target's noise depends neither on the other targets nor on where a projection was taken up. */
function drawsOf(rng: Rng): ProjectionDraws {
  const own = (targetIndex: number): Rng => rng.fork("target", targetIndex);
  return {
    noiseMap: (layer, size, i) =>
      own(i)
        .fork(layer)
        .fillNormal(new Float32Array(size * size)),
    styleNoise: (step, count, i) => own(i).fork("styles", step).fillNormal(new Float32Array(count)),
  };
}

function joined(count: number, size: number, row: (i: number) => Float32Array): Float32Array {
  const values = new Float32Array(count * size);
  for (let i = 0; i < count; i++) values.set(row(i), i * size);
  return values;
}

async function saved(tensors: Params, prefix: string): Promise<ProjectionState["tensors"]> {
  const entries = Object.entries(tensors).map(async ([name, tensor]) => {
    const data = Float32Array.from(await tensor.data<"float32">());
    return [`${prefix}${name}`, { shape: tensor.shape, data }] as const;
  });
  return Object.fromEntries(await Promise.all(entries));
}

function restored({ tensors }: ProjectionState, prefix: string): Params {
  return Object.fromEntries(
    Object.entries(tensors)
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, { shape, data }]) => [name.slice(prefix.length), tf.tensor(data, [...shape] as [number])]), // any rank
  );
}
