// Filters of few taps: resampling and depthwise convolution. As kernels/heap.ts, in the heap of the tfjs wasm backend.
export { depthwiseFilterGradient } from "./_depthwise-filter";
export { filterTaps, filterTapsByAxes, filterTapsByChannel } from "./_tap-sums";
