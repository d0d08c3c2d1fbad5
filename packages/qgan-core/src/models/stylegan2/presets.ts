import type { ModelPreset } from "../gan-model.ts";

/** Of runs of some 50 thousand images: with the reference's twentieth, FID goes up and down by a quarter from one snapshot to the next. */
const SHORT_RUN_RAMP_UP = 0.25;

/** Networks of the sizes that one trains without a graphics card, and the reference's own at 64 and 256 pixels. */
export const stylegan2Presets: Readonly<Record<string, ModelPreset>> = {
  default64: {
    description: "64×64, the reference's `auto`: 22.2 and 23.4 million parameters",
    options: {},
    training: { batchSize: 32 },
  },
  small32: {
    description: "32×32, narrow: lesions within an hour on two cores",
    options: { imageSize: 32, channelBase: 4096, channelMax: 128, latentSize: 128, styleSize: 128 },
    training: { batchSize: 16, emaRampUp: SHORT_RUN_RAMP_UP },
  },
  small64: {
    description: "64×64, narrow",
    options: { channelBase: 4096, channelMax: 128, latentSize: 128, styleSize: 128 },
    training: { batchSize: 16, emaRampUp: SHORT_RUN_RAMP_UP },
  },
  paper256: {
    description: "256×256, the paper's: eight mapping layers, R1 weight 1",
    options: { imageSize: 256, mappingLayers: 8, minibatchGroup: 8, r1Gamma: 1 },
    training: { batchSize: 64 },
  },
  tiny: {
    description: "8×8, for tests",
    options: {
      imageSize: 8,
      channelBase: 32,
      channelMax: 4,
      latentSize: 4,
      styleSize: 4,
      minibatchGroup: 2,
      pathLengthShrink: 1,
    },
    training: { batchSize: 4 },
  },
};
