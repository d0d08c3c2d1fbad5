import packageManifest from "../../package.json" with { type: "json" };

/** Versions of what a result depends on. All packages of this repository share one version. */
export function listVersions(): Record<string, string> {
  return { "qgan-lab": packageManifest.version, node: process.versions.node, platform: `${process.platform} ${process.arch}` };
}
