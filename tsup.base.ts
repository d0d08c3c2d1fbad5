import { copyFile } from "node:fs/promises";
import { join } from "node:path";
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
    removeNodeProtocol: false,
    // Every published package carries the licence; the repository keeps one copy. (tsup runs this from the package folder.)
    onSuccess: async () => {
      for (const name of ["LICENSE", "NOTICE"]) await copyFile(join(process.cwd(), "..", "..", name), join(process.cwd(), name));
    },
    ...options,
  });
}
