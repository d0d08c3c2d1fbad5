import type { ModelPreset } from "../gan-model.ts";

/** Named settings of HybridQ and of its classical control. */
export const hybridQPresets: Readonly<Record<string, ModelPreset>> = {
  default64: {
    description: "64×64, latents judged, three maps: the best of the readings measured in docs/papers/hybridq.md",
    options: {},
    training: { batchSize: 32 },
  },
  paper: {
    description: "64×64 as the paper states it: its rates, adaptive noise, images judged; 3 697 366 parameters",
    options: {
      latentFusion: "image",
      adaptiveNoise: true,
      latentNorm: false,
      quantumLearningRate: 0.3,
      classicalLearningRate: 2e-4,
      imageDiscriminatorLearningRate: 2e-3,
      latentDiscriminatorLearningRate: 2e-3,
    },
    training: { batchSize: 32 },
  },
  demo32: {
    description: "32×32, both discriminators, convolutional decoder, narrow: visible lesions after a minute on one core",
    options: {
      imageSize: 32,
      latentFusion: "both",
      decoder: "convolutional",
      decoderWidth: 64,
      discriminatorWidth: 16,
      imageWarmupSteps: 300,
      imageWeight: 0.02,
      classicalLearningRate: 2e-3,
    },
    training: { batchSize: 8 },
  },
  tiny: {
    description: "16×16 with three circuits of four qubits, for tests",
    options: {
      imageSize: 16,
      numQubits: 4,
      numSubGenerators: 3,
      numLayers: 2,
      latentDiscriminatorWidths: [16, 8],
      discriminatorWidth: 4,
    },
    training: { batchSize: 4 },
  },
};
