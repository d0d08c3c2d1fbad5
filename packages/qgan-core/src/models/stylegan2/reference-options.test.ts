import { expect, test } from "vitest";
import { discriminatorOptionsOf, generatorOptionsOf } from "./reference-options.ts";

/** Arguments as the reference's converter of TensorFlow networks writes them into the published snapshots: every one, defaults too. */
const generator = {
  z_dim: 512,
  c_dim: 0,
  w_dim: 512,
  img_resolution: 1024,
  img_channels: 3,
  mapping_kwargs: {
    num_layers: 8,
    embed_features: null,
    layer_features: 512,
    activation: "lrelu",
    lr_multiplier: 0.01,
    w_avg_beta: 0.995,
  },
  synthesis_kwargs: {
    channel_base: 32768,
    channel_max: 512,
    num_fp16_res: 0,
    conv_clamp: null,
    architecture: "skip",
    resample_filter: [1, 3, 3, 1],
    use_noise: true,
    activation: "lrelu",
  },
};
const discriminator = {
  c_dim: 0,
  img_resolution: 1024,
  img_channels: 3,
  architecture: "resnet",
  channel_base: 32768,
  channel_max: 512,
  num_fp16_res: 0,
  conv_clamp: null,
  cmap_dim: 512,
  block_kwargs: { activation: "lrelu", resample_filter: [1, 3, 3, 1], freeze_layers: 0 },
  mapping_kwargs: { num_layers: 0, embed_features: 512, layer_features: 512, activation: "lrelu", lr_multiplier: 0.1 },
  epilogue_kwargs: { mbstd_group_size: 4, mbstd_num_channels: 1, activation: "lrelu" },
};

test("networks converted from TensorFlow, whose snapshots name every argument, are those of the defaults", () => {
  const { mapping_kwargs, synthesis_kwargs, ...shape } = generator;
  expect(generatorOptionsOf(generator)).toEqual(generatorOptionsOf({ ...shape, mapping_kwargs: { num_layers: 8 } }));
  expect(discriminatorOptionsOf(discriminator)).toMatchObject({
    imageSize: 1024,
    architecture: "resnet",
    channelBase: 32768,
    minibatchDeviation: { groupSize: 4, numChannels: 1 },
    freezeLayers: 0,
  });
});

test.each<[string, object, string]>([
  ["another filter", { synthesis_kwargs: { resample_filter: [1, 2, 1] } }, "resample_filter of synthesis_kwargs is [1,2,1]"],
  ["no noise", { synthesis_kwargs: { use_noise: false } }, "use_noise of synthesis_kwargs is false; only true is built here."],
  ["another activation", { mapping_kwargs: { activation: "relu" } }, 'activation of mapping_kwargs is "relu"; only "lrelu"'],
  ["a wider mapping", { mapping_kwargs: { layer_features: 64 } }, "layer_features of mapping_kwargs is 64; only 512"],
  ["another rate", { mapping_kwargs: { lr_multiplier: 0.1 } }, "lr_multiplier of mapping_kwargs is 0.1; only 0.01"],
  ["a narrower embedding", { c_dim: 3, mapping_kwargs: { embed_features: 64 } }, "embed_features of mapping_kwargs is 64"],
  ["what nobody knows", { mapping_kwargs: { num_layer: 2 } }, "the argument num_layer of mapping_kwargs is not known here"],
])("a generator with %s would not be the same and is refused", (_, changed, message) => {
  expect(() => generatorOptionsOf({ ...generator, ...changed })).toThrow(message);
});

test("a conditional discriminator's projection must be built as here", () => {
  expect(() => discriminatorOptionsOf({ ...discriminator, c_dim: 3 })).toThrow("lr_multiplier of mapping_kwargs is 0.1");
  const epilogue_kwargs = { activation: "swish" };
  expect(() => discriminatorOptionsOf({ ...discriminator, epilogue_kwargs })).toThrow('activation of epilogue_kwargs is "swish"');
});
