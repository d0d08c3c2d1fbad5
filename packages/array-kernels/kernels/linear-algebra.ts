// flags: --importMemory --maximumMemory 65536 --enable threads
export * from "./_linear-algebra";
