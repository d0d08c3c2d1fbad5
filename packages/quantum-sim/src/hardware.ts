export type { EntanglerName } from "./hardware/basis-gates.ts";
export type { Device, DeviceLimits, DeviceTask, Estimate, Pricing, Readings, ReadOptions } from "./hardware/device.ts";
export {
  deviceRunner,
  estimateOnDevice,
  type MeasureOptions,
  measureOnDevice,
  type SpendingLimits,
} from "./hardware/device-runner.ts";
export type { DeviceTarget } from "./hardware/device-target.ts";
export { type CreateJobDeviceOptions, createJobDevice, type JobDevice } from "./hardware/job-device.ts";
export {
  createHttpJobService,
  type HttpJobServiceOptions,
  type JobRequest,
  type JobService,
  type JobState,
  type JobStatus,
} from "./hardware/job-service.ts";
export { type JobStore, jobFile, memoryJobStore, type SavedJob } from "./hardware/job-store.ts";
export { type RetryOptions, ServiceError } from "./hardware/retry.ts";
export { createSimulatorDevice, type SimulatorDeviceOptions } from "./hardware/simulator-device.ts";
export { type Transpiled, type TranspileOptions, transpile } from "./hardware/transpile.ts";
