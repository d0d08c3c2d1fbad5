export {
  type Counts,
  expectationsFromCounts,
  expectationsFromProbabilities,
  probabilitiesFromCounts,
  readingsFromCounts,
} from "./qasm/counts.ts";
export { type QasmProgram, type QasmRegister, readQasm } from "./qasm/read-qasm.ts";
export { type WriteQasmOptions, writeQasm } from "./qasm/write-qasm.ts";
