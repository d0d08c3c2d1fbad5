import type { WeightType } from "../weight-file.ts";

/** Element types by numpy's kind and size. */
export const npyTypes: Readonly<Record<string, WeightType>> = {
  ...{ b1: "BOOL", f2: "F16", f4: "F32", f8: "F64" },
  ...{ i1: "I8", i2: "I16", i4: "I32", i8: "I64", u1: "U8", u2: "U16", u4: "U32", u8: "U64" },
};
