export { inflate } from "./_inflate";
export { adler32, filter, unfilter } from "./_rows";

export const heapBase: usize = __heap_base;
