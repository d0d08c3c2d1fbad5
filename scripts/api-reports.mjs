// Reports of every package entry's public API in packages/<name>/etc/<entry>.api.md, by api-extractor.
// `--fix` writes them; without it a report that differs from the built declarations is a failure.
import { existsSync, mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { argv, exit } from "node:process";
import { Extractor, ExtractorConfig, ExtractorLogLevel } from "@microsoft/api-extractor";
import { root } from "./setup.mjs";

const isFix = argv.includes("--fix");

function report(name, entry) {
  const folder = join(root, "packages", name);
  const reports = join(folder, "etc");
  mkdirSync(reports, { recursive: true });
  const extractorConfig = ExtractorConfig.prepare({
    configObjectFullPath: undefined,
    packageJsonFullPath: join(folder, "package.json"),
    configObject: {
      projectFolder: folder,
      mainEntryPointFilePath: join(folder, "dist", `${entry}.d.ts`),
      compiler: { tsconfigFilePath: join(folder, "tsconfig.json") },
      apiReport: {
        enabled: true,
        reportFolder: reports,
        reportTempFolder: join(folder, "temp"),
        reportFileName: `${entry}.api.md`,
      },
      docModel: { enabled: false },
      dtsRollup: { enabled: false },
      tsdocMetadata: { enabled: false },
      newlineKind: "lf",
      messages: {
        extractorMessageReporting: {
          default: { logLevel: ExtractorLogLevel.Warning, addToApiReportFile: true },
          "ae-missing-release-tag": { logLevel: ExtractorLogLevel.None },
          "ae-undocumented": { logLevel: ExtractorLogLevel.None },
          "ae-unresolved-link": { logLevel: ExtractorLogLevel.None },
        },
        tsdocMessageReporting: { default: { logLevel: ExtractorLogLevel.None } },
      },
    },
  });
  const { succeeded, apiReportChanged } = Extractor.invoke(extractorConfig, {
    localBuild: isFix,
    messageCallback: (message) => {
      const isSerious = message.logLevel === ExtractorLogLevel.Error || message.logLevel === ExtractorLogLevel.Warning;
      if (isSerious && message.messageId !== "console-compiler-version-notice")
        console.error(`${name}/${entry}: ${message.text}`);
      message.handled = true;
    },
  });
  const isGood = isFix ? existsSync(join(reports, `${entry}.api.md`)) : succeeded && !apiReportChanged;
  if (!isGood)
    console.error(
      `${name}/${entry}: the public API is not what etc/${entry}.api.md says. Look at the change, then: npm run check -- --fix`,
    );
  return isGood;
}

let isGood = true;
for (const name of readdirSync(join(root, "packages"))) {
  const { exports } = JSON.parse(readFileSync(join(root, "packages", name, "package.json"), "utf8"));
  for (const key of Object.keys(exports))
    if (key !== "./package.json") isGood = report(name, key === "." ? "index" : key.slice(2)) && isGood;
}
exit(isGood ? 0 : 1);
