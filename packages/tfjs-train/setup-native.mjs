#!/usr/bin/env node
// npx tfjs-train-native [-- --force]
//
// Puts @tensorflow/tfjs-node 4.22.0 into the node_modules of the project around the working directory, on Linux x64, without its
// usual download: TensorFlow's own library comes out of the tensorflow-cpu wheel (by pip, from wherever pip is set up to look),
// the JavaScript from npm, and the addon between them (two C++ files) is compiled here. package.json and package-lock.json stay
// as they are; what is built is kept in a cache folder (QGAN_NATIVE_CACHE, else ~/.cache/qgan-native), so that the next time takes
// seconds.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { createReadStream, createWriteStream, existsSync } from "node:fs";
import { chmod, cp, link, mkdir, open, readdir, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { homedir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { createInflateRaw } from "node:zlib";

const TFJS = "4.22.0";
/** The first TensorFlow whose wheel exports the C API without Python symbols and with which tfjs-node 4.22.0 was checked. */
const TENSORFLOW = "2.15.1";
const WHEEL_SHA256 = "54660c074d7241a503e81edfd9f5ef5af88f64051b72e2945f26318c790f2d26";
/** N-API is the same for every Node ≥ 20: one addon serves all. */
const NAPI_VERSION = 8;
/** Supplied by the repository itself, so that there is one tfjs-core in the process. */
const SHARED = ["@tensorflow/tfjs-core", "@tensorflow/tfjs-backend-cpu"];

const root = findProject();
const cache = resolve(process.env.QGAN_NATIVE_CACHE ?? join(homedir(), ".cache", "qgan-native"));
const library = join(cache, `tensorflow-${TENSORFLOW}`);
const javascript = join(cache, `tfjs-node-${TFJS}`);
const target = join(root, "node_modules", "@tensorflow", "tfjs-node");

class SetupError extends Error {}

/** The nearest folder, from the working directory upwards, whose node_modules hold tfjs-core; else the working directory. */
function findProject() {
  const start = process.cwd();
  for (let folder = start; ; folder = dirname(folder)) {
    if (existsSync(join(folder, "node_modules", "@tensorflow", "tfjs-core"))) return folder;
    if (dirname(folder) === folder) return start;
  }
}

function run(command, args, { cwd = root, env = {}, hint }) {
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd,
    env: { ...process.env, ...env },
    encoding: "utf8",
    maxBuffer: 1 << 26,
  });
  if (status === 0) return stdout;
  throw new SetupError(
    `${command} ${args[0]} failed: ${error ? error.message : `${stdout}\n${stderr}`.trim().slice(-2000)}\n${hint}`,
  );
}

async function main() {
  const isForced = process.argv.includes("--force");
  if (!isForced && existsSync(target) && probe().isReady)
    return say(`@tensorflow/tfjs-node is in place already (${probe().text}).`);
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new SetupError(
      `this build is for Linux x64; here it is ${process.platform} ${process.arch}. Try: npm install --no-save @tensorflow/tfjs-node@${TFJS} — without it everything runs on wasm.`,
    );
  if (!existsSync(join(root, "node_modules", "@tensorflow", "tfjs-core")))
    throw new SetupError("no project with @tensorflow/tfjs-core is here or above. Run this in the folder where it is installed.");
  const core = createRequire(join(root, "package.json"))("@tensorflow/tfjs-core/package.json").version;
  if (core !== TFJS) throw new SetupError(`tfjs-node ${TFJS} needs tfjs-core ${TFJS}; node_modules has ${core}.`);
  await mkdir(cache, { recursive: true }).catch((error) => {
    throw new SetupError(`the cache folder ${cache} cannot be made: ${error.code}. Name another one in QGAN_NATIVE_CACHE.`);
  });
  if (isForced) for (const folder of [library, javascript]) await rm(folder, { recursive: true, force: true });
  if (!existsSync(library)) await makeWhole(library, unpackLibrary);
  if (!existsSync(javascript)) await makeWhole(javascript, buildAddon);
  await place();
  const { isReady, text } = probe();
  if (!isReady) throw new SetupError(`@tensorflow/tfjs-node was built but does not run: ${text}`);
  say(`done: ${text}`);
}

/** Fills a folder beside its place and renames it, so that a folder in the cache is always a whole one. */
async function makeWhole(folder, fill) {
  const partial = `${folder}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await mkdir(partial, { recursive: true });
  await fill(partial);
  await rename(partial, folder);
}

/** lib/ with TensorFlow's two libraries, include/ with the headers of its C API. */
async function unpackLibrary(folder) {
  const wheel = await fetchWheel();
  say("unpacking TensorFlow's library …");
  const include = "tensorflow/include/";
  const headers = [
    "tensorflow/c/",
    "tensorflow/core/platform/",
    "tensorflow/tsl/platform/",
    "tsl/",
    "xla/tsl/",
    "tensorflow/compiler/xla/tsl/",
  ];
  await unzip(wheel, (name) => {
    if (/^tensorflow\/libtensorflow_(cc|framework)\.so\.2$/.test(name))
      return join(folder, "lib", name.slice("tensorflow/".length));
    const isWanted = name.endsWith(".h") && headers.some((prefix) => name.startsWith(include + prefix));
    return isWanted ? join(folder, "include", ...name.slice(include.length).split("/")) : undefined;
  });
  for (const name of await readdir(join(folder, "lib"))) await chmod(join(folder, "lib", name), 0o755);
}

async function fetchWheel() {
  const folder = join(cache, "wheels");
  await mkdir(folder, { recursive: true });
  const find = async () =>
    (await readdir(folder)).find((name) => name.startsWith(`tensorflow_cpu-${TENSORFLOW}`) && name.endsWith(".whl"));
  if (!(await find())) {
    say(`fetching the tensorflow-cpu ${TENSORFLOW} wheel by pip (207 MB) …`);
    const platforms = ["manylinux2014_x86_64", "manylinux_2_17_x86_64"].flatMap((platform) => ["--platform", platform]);
    const options = ["--quiet", "--dest", folder, "--no-deps", "--only-binary=:all:", "--python-version", "3.11", ...platforms];
    run("python3", ["-m", "pip", "download", ...options, `tensorflow-cpu==${TENSORFLOW}`], {
      hint: `python3 with pip is needed to fetch the wheel. Or put it into ${folder} by hand.`,
    });
  }
  const wheel = join(folder, (await find()) ?? "");
  const hash = createHash("sha256");
  await pipeline(createReadStream(wheel), hash);
  if (hash.digest("hex") === WHEEL_SHA256) return wheel;
  throw new SetupError(`${wheel} is not the wheel that was checked (its sha256 differs). Remove it and start again.`);
}

/** Extracts entries of a zip, stored or deflated, to the paths that `place` gives them. */
async function unzip(path, placeOf) {
  const file = await open(path, "r");
  try {
    const { size } = await file.stat();
    const at = async (position, length) => (await file.read(Buffer.alloc(length), 0, length, position)).buffer;
    const tail = await at(Math.max(0, size - 65557), Math.min(size, 65557));
    const end = tail.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
    if (end < 0) throw new SetupError(`${path} is no zip file. Remove it and start again.`);
    const directory = await at(tail.readUInt32LE(end + 16), tail.readUInt32LE(end + 12));
    for (let p = 0; p < directory.length; ) {
      const method = directory.readUInt16LE(p + 10);
      const length = directory.readUInt32LE(p + 20);
      const [nameLength, extra, comment] = [28, 30, 32].map((offset) => directory.readUInt16LE(p + offset));
      const name = directory.toString("utf8", p + 46, p + 46 + nameLength);
      const out = placeOf(name);
      if (out !== undefined) {
        const header = await at(directory.readUInt32LE(p + 42), 30);
        const start = directory.readUInt32LE(p + 42) + 30 + header.readUInt16LE(26) + header.readUInt16LE(28);
        await mkdir(dirname(out), { recursive: true });
        if (length === 0) await writeFile(out, "");
        else {
          const source = createReadStream(path, { start, end: start + length - 1 });
          await (method === 8
            ? pipeline(source, createInflateRaw(), createWriteStream(out))
            : pipeline(source, createWriteStream(out)));
        }
      }
      p += 46 + nameLength + extra + comment;
    }
  } finally {
    await file.close();
  }
}

/** tfjs-node with everything it needs under node_modules, and its addon compiled against the library in the cache. */
async function buildAddon(folder) {
  say("fetching @tensorflow/tfjs-node by npm …");
  await writeFile(join(folder, "package.json"), '{ "private": true }\n');
  const flags = ["--ignore-scripts", "--no-audit", "--no-fund", "--no-package-lock"];
  run("npm", ["install", ...flags, `@tensorflow/tfjs-node@${TFJS}`, "node-api-headers@1.5.0"], {
    cwd: folder,
    hint: "Is the npm registry within reach?",
  });
  say("compiling the addon …");
  const addon = join(folder, "node_modules", "@tensorflow", "tfjs-node");
  const out = join(addon, "lib", `napi-v${NAPI_VERSION}`);
  await mkdir(out, { recursive: true });
  const includes = [join(library, "include"), join(folder, "node_modules", "node-api-headers", "include")];
  const args = [
    ...["-O2", "-std=c++17", "-fPIC", "-shared", `-DNAPI_VERSION=${NAPI_VERSION}`, ...includes.map((path) => `-I${path}`)],
    ...[join(addon, "binding", "tfjs_backend.cc"), join(addon, "binding", "tfjs_binding.cc")],
    ...[`-L${join(library, "lib")}`, "-l:libtensorflow_cc.so.2", "-l:libtensorflow_framework.so.2"],
    ...["-Wl,-rpath,$ORIGIN/../../deps/lib", "-o", join(out, "tfjs_binding.node")],
  ];
  run(process.env.CXX ?? "c++", args, { hint: "A C++ compiler is needed (Debian: apt-get install g++)." });
}

/** Lays tfjs-node into node_modules with its other packages nested in it, and the library beside the addon. */
async function place() {
  const modules = join(javascript, "node_modules");
  const partial = `${target}.partial-${process.pid}`;
  await rm(partial, { recursive: true, force: true });
  await cp(join(modules, "@tensorflow", "tfjs-node"), partial, { recursive: true });
  const isLeftOut = (name) => [...SHARED, "@tensorflow/tfjs-node", "node-api-headers"].includes(name) || name.startsWith(".");
  for (const name of await listPackages(modules))
    if (!isLeftOut(name)) await cp(join(modules, name), join(partial, "node_modules", name), { recursive: true });
  const libraries = join(partial, "deps", "lib");
  await rm(dirname(libraries), { recursive: true, force: true });
  await mkdir(libraries, { recursive: true });
  for (const name of await readdir(join(library, "lib"))) {
    const [from, to] = [join(library, "lib", name), join(libraries, name)];
    await link(from, to).catch(() => cp(from, to)); // a hard link needs both on one disk
  }
  await rm(target, { recursive: true, force: true });
  await mkdir(dirname(target), { recursive: true });
  await rename(partial, target);
}

async function listPackages(modules) {
  const names = [];
  for (const name of await readdir(modules))
    if (name.startsWith("@")) names.push(...(await readdir(join(modules, name))).map((inner) => `${name}/${inner}`));
    else names.push(name);
  return names;
}

/** Whether the addon loads and computes, in a process of its own, with the repository's tfjs-core. */
function probe() {
  const program = `
    const util = require("node:util");
    util.isNullOrUndefined ??= (value) => value == null;
    util.isArray ??= Array.isArray;
    const core = require("@tensorflow/tfjs-core");
    const tf = require("@tensorflow/tfjs-node");
    if (tf.engine !== core.engine) throw new Error("there are two copies of tfjs-core");
    const [sum] = core.sum(core.matMul(core.ones([2, 3]), core.ones([3, 2]))).dataSync();
    if (core.getBackend() !== "tensorflow" || sum !== 12) throw new Error("wrong result");
    console.log("tfjs-node " + tf.version["tfjs-node"] + " on TensorFlow " + tf.backend().binding.TF_Version);`;
  const { status, stdout, stderr } = spawnSync(process.execPath, ["-e", program], {
    cwd: root,
    env: { ...process.env, TF_CPP_MIN_LOG_LEVEL: "2" },
    encoding: "utf8",
  });
  return { isReady: status === 0, text: status === 0 ? stdout.trim() : stderr.trim().slice(-600) };
}

function say(text) {
  console.log(`[tfjs-train-native] ${text}`);
}

try {
  await main();
} catch (error) {
  if (!(error instanceof SetupError)) throw error;
  console.error(`[tfjs-train-native] ${error.message}`);
  process.exitCode = 1;
}
