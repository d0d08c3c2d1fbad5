export { expect, UsageError } from "./errors.ts";
export { checkOptions, listKnown } from "./options.ts";
export { createRegistry, type Named, type Registry } from "./registry.ts";
export { createRng, type Rng, type RngState, restoreRng } from "./rng.ts";
export { type CreateSplitOptions, createSplit, type Split, type SplitByGroupOptions, splitByGroup } from "./split.ts";
export {
  holdOutFold,
  type ShrinkPartOptions,
  type SplitIntoFoldsOptions,
  shrinkPart,
  splitIntoFolds,
} from "./split-parts.ts";
