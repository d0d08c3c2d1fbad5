// flags: --importMemory --maximumMemory 65536 --enable threads
// The same with fused multiply-add, for engines that know relaxed SIMD.
export * from "./_linear-algebra";
