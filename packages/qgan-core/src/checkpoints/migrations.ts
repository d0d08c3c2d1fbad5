/** Turns the manifest of one format version into that of the next; the trainer's tensors are read by names the manifest gives. */
export type Migration = (manifest: Record<string, unknown>) => Record<string, unknown>;

/**
 * By the version they start from. Version 1 is the first, so there is none yet; when the format changes, `FORMAT_VERSION` grows
 * by one and the step from the old version is added here, with a test over a stored old checkpoint.
 */
export const migrations: Readonly<Record<number, Migration>> = {};
