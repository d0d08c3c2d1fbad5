/** One model as it is trained in a comparison. */
export interface Variant {
  readonly name: string;
  /** Name in qgan-core's registry. */
  readonly model: string;
  readonly options: object;
  /** What the table says of it. */
  readonly description: string;
}

/** What the paper compares: HybridQ, DCGAN, and the classical control. */
export const MODEL_VARIANTS: readonly Variant[] = [
  { name: "hybridq", model: "hybridq", options: {}, description: "HybridQ, default" },
  { name: "dcgan", model: "dcgan", options: {}, description: "DCGAN" },
  { name: "hybridq-classical", model: "hybridq-classical", options: {}, description: "classical control: MLPs for the circuits" },
];

const PAPER_RATES = {
  quantumLearningRate: 0.3,
  classicalLearningRate: 2e-4,
  latentDiscriminatorLearningRate: 2e-3,
  imageDiscriminatorLearningRate: 2e-3,
};
const GIVEN = { latentFusion: "latent", latentNorm: true, decoder: "dense", decoderMaps: 2 };

const FAST = {
  latentFusion: "both",
  decoder: "convolutional",
  classicalLearningRate: 1e-3,
  imageWarmupSteps: 500,
  imageWeight: 0.02,
};

/** What the paper leaves open, reading by reading; every option that makes the difference is written out. */
export const READING_VARIANTS: readonly Variant[] = [
  {
    name: "b",
    model: "hybridq",
    options: GIVEN,
    description: "B: latents judged, decoder by reconstruction, latent norm, two maps",
  },
  { name: "b-conv", model: "hybridq", options: { ...GIVEN, decoder: "convolutional" }, description: "B, convolutional decoder" },
  {
    name: "b-maps3",
    model: "hybridq",
    options: { ...GIVEN, decoderMaps: 3 },
    description: "B, three maps in the decoder (the default)",
  },
  { name: "b-no-norm", model: "hybridq", options: { ...GIVEN, latentNorm: false }, description: "B without latent norm" },
  { name: "b-adaptive", model: "hybridq", options: { ...GIVEN, adaptiveNoise: true }, description: "B, adaptive noise" },
  { name: "b-paper", model: "hybridq", options: { ...GIVEN, ...PAPER_RATES }, description: "B, the paper's rates" },
  { name: "a", model: "hybridq", options: { ...GIVEN, latentFusion: "image" }, description: "A: decoded images judged" },
  {
    name: "a-paper",
    model: "hybridq",
    options: { ...GIVEN, ...PAPER_RATES, latentFusion: "image", latentNorm: false, adaptiveNoise: true },
    description: "A, the paper's rates and adaptive noise (preset paper)",
  },
  {
    name: "a-conv",
    model: "hybridq",
    options: { ...GIVEN, latentFusion: "image", decoder: "convolutional" },
    description: "A, convolutional decoder",
  },
  {
    name: "c",
    model: "hybridq",
    options: { ...GIVEN, latentFusion: "both" },
    description: "C: both, images after 800 steps with weight 0.003",
  },
  {
    name: "c-conv",
    model: "hybridq",
    options: { ...GIVEN, latentFusion: "both", decoder: "convolutional" },
    description: "C, convolutional decoder",
  },
  {
    name: "b-conv-fast",
    model: "hybridq",
    options: { ...GIVEN, decoder: "convolutional", classicalLearningRate: 1e-3 },
    description: "B, convolutional decoder, encoder and decoder at 1e-3",
  },
  {
    name: "c-conv-fast",
    model: "hybridq",
    options: { ...GIVEN, ...FAST },
    description: "C, convolutional decoder, encoder and decoder at 1e-3, images after 500 steps with weight 0.02",
  },
  {
    name: "c-conv-classical",
    model: "hybridq-classical",
    options: { ...GIVEN, ...FAST },
    description: "the line above with MLPs for the circuits",
  },
];
