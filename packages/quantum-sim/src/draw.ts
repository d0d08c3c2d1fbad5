export { type DrawSvgOptions, drawSvg } from "./draw/draw-svg.ts";
export { type DrawTextOptions, drawText } from "./draw/draw-text.ts";
export { type CircuitSpecs, specs } from "./draw/specs.ts";
