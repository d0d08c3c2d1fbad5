export { type ApplyCalibratedOptions, type CalibratedNoise, noiseModelFromCalibration } from "./noise/calibrated-noise.ts";
export { type Calibration, type GateCalibration, type QubitCalibration, readCalibration } from "./noise/calibration.ts";
export { type Channel, type ChannelOperation, composeChannels, krausChannel, pauliChannel } from "./noise/channel.ts";
export {
  amplitudeDamping,
  bitFlip,
  depolarizing,
  generalizedAmplitudeDamping,
  phaseDamping,
  phaseFlip,
  type ThermalRelaxationOptions,
  thermalRelaxation,
} from "./noise/channels.ts";
export {
  type CompileNoisyOptions,
  compileNoisy,
  type NoisyExecutable,
  type SampleNoisyOptions,
  sampleNoisy,
} from "./noise/compile-noisy.ts";
export { type DensityMatrix, densityProbabilities, postSelectDensity, simulateDensity } from "./noise/density-matrix.ts";
export { foldCircuit } from "./noise/fold-circuit.ts";
export {
  applyNoise,
  type CreateNoisyCircuitOptions,
  createNoisyCircuit,
  type NoiseModel,
  type NoisyCircuit,
  type NoisyOperation,
} from "./noise/noisy-circuit.ts";
export { createNoisyDevice, type DeviceNoise, type NoisyDeviceOptions } from "./noise/noisy-device.ts";
export { noisyRunner } from "./noise/noisy-runner.ts";
export { confuseProbabilities, mitigateReadout, nearestProbabilities, type ReadoutError, readoutError } from "./noise/readout.ts";
export { sampleCalibration } from "./noise/sample-calibration.ts";
export { type ExtrapolateNoiseOptions, type Extrapolation, extrapolateNoise, extrapolateToZero } from "./noise/zero-noise.ts";
