export { isPickledArray, type NumpyType, numpyNames, type PickledArray } from "./pickle/numpy-names.ts";
export { callable, type PickleCallable, type PickleNames, type PickleStateful, plainNames } from "./pickle/pickle-names.ts";
export { type ReadPickle, type ReadPickleOptions, readPickle } from "./pickle/read-pickle.ts";
