export { isNpy, type NpyHeader, readNpyHeader } from "./numpy/npy-header.ts";
