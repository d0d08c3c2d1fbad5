export { quantumLayer } from "./quantum-layer.ts";
