import { openSafetensorsFile, readWeightsFile } from "../node.ts";

// Loads a file whole, or tensor by tensor, and prints how far the resident set rose above what it was before.
const [, , path, how] = process.argv;
const before = process.memoryUsage.rss();
let values = 0;
if (how === "whole") {
  const { tensors } = await readWeightsFile(path);
  for (const { data } of Object.values(tensors)) values += data.length;
} else {
  const file = await openSafetensorsFile(path);
  for await (const [, { data }] of file.tensors()) values += data.length;
  await file.close();
}
console.log(JSON.stringify({ values, grown: process.resourceUsage().maxRSS * 1024 - before }));
