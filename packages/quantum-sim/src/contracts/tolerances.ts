/** Step of central differences; their error is about 1e-10 for functions that vary on the scale of 1. */
export const STEP = 1e-5;
/** Truncation h²/6 plus rounding 1e-16/h, with room for deep circuits. */
export const SLOPE_TOLERANCE = 1e-7;
/** Rounding of a few products of entries below 1. */
export const ROUNDING_TOLERANCE = 1e-12;
