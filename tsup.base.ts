import { defineConfig, type Options } from "tsup";

/** Build of a library package: ESM and declarations, one file an entry, nothing inlined from other packages. */
export function library(entries: readonly string[], options: Options = {}) {
  return defineConfig({
    entry: Object.fromEntries(entries.map((entry) => [entry, `src/${entry}.ts`])),
    format: "esm",
    target: "es2022",
    platform: "neutral",
    dts: true,
    clean: true,
    treeshake: true,
    splitting: true,
    sourcemap: false,
    external: [/^node:/],
    ...options,
  });
}
