export { recipeWeights } from "../../../../../tools/golden/recipe-weights.ts";
