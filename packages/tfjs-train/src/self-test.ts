export { type OpFinding, selfTest } from "./self-test/self-test.ts";
