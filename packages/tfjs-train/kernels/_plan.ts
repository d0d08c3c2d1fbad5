// What a product of gathered rows works on: 32-bit numbers, in this order (src/wasm/products/plan.ts writes them).

/** Bytes from image to image, line to line, pixel to pixel of the source, and its lines and pixels a line. */
export const SOURCE: usize = 0;
export const IMAGE_BYTES: usize = 4;
export const LINE_BYTES: usize = 8;
export const PIXEL_BYTES: usize = 12;
export const LINES: usize = 16;
export const PIXELS: usize = 20;
/** Positions of the window: images, positions down and across, and how far each moves the window in the source. */
export const BATCH: usize = 24;
export const COUNT_Y: usize = 28;
export const COUNT_X: usize = 32;
export const STEP_Y: usize = 36;
export const STEP_X: usize = 40;
/** The window's taps: how many, and the address of records of five numbers each. */
export const NUM_TAPS: usize = 44;
export const TAPS: usize = 48;
/** The right factor's columns and panels. */
export const COLUMNS: usize = 52;
export const PANELS: usize = 56;
export const PANEL_BYTES: usize = 60;
/** The result: address, bytes from image to image, from position to position down and across. */
export const OUT: usize = 64;
export const OUT_IMAGE_BYTES: usize = 68;
export const OUT_LINE_BYTES: usize = 72;
export const OUT_PIXEL_BYTES: usize = 76;
/** As many zeros as a pixel has numbers, read where a window leaves the image. */
export const ZEROS: usize = 80;
/** Workspace of the first thread, and the bytes to that of the next. */
export const SCRATCH: usize = 84;
export const SCRATCH_BYTES: usize = 88;
/** gatherProduct: rows a chunk, a multiple of six; taps that are multiplied before the next come. */
export const ROWS_PER_CHUNK: usize = 92;
export const TAPS_PER_PASS: usize = 96;
/** transposedProduct: channels of a pixel; taps and channels a chunk; positions that are packed at a time. */
export const CHANNELS: usize = 92;
export const TAPS_PER_CHUNK: usize = 96;
export const CHANNELS_PER_CHUNK: usize = 100;
export const POSITIONS_PER_BLOCK: usize = 104;

// A tap: lines and pixels from the window's origin, bytes into the pixel, how many numbers, and the first depth index.
export const TAP_BYTES: usize = 20;
export const TAP_Y: usize = 0;
export const TAP_X: usize = 4;
export const TAP_OFFSET: usize = 8;
export const TAP_DEPTH: usize = 12;
export const TAP_START: usize = 16;
