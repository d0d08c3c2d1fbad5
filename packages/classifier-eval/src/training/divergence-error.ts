/** A training whose loss ran away: not a mistake of the program, and not of its options alone. Told by its name, as qgan-core's. */
export class DivergenceError extends Error {
  override readonly name = "DivergenceError";
}
