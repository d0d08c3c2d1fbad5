#!/usr/bin/env node
import { existsSync } from "node:fs";

// A file of its own, since npm links programs when it installs, and in a clone the build comes after that.
const program = new URL("../dist/qgan.js", import.meta.url);
if (existsSync(program)) await import(program.href);
else {
  process.stderr.write("[qgan] not built yet. In the clone's root: npm run build.\n");
  process.exitCode = 1;
}
