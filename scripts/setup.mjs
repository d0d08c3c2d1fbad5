// Brings a fresh clone to a state in which everything runs: dependencies, kernels, builds. Does only what is missing.
// `npm run build` runs it alone; the other scripts call `setUp()` first. All its output goes to stderr.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { argv, env, execPath, exit, platform, versions } from "node:process";
import { fileURLToPath } from "node:url";

export const root = join(import.meta.dirname, "..");
const MINIMUM = [20, 19];

/** Runs a program with its output on stderr, so that stdout stays for results; ends this process when it fails. */
export function run(command, args, { stdout = 2, shell = false, environment = {}, cwd = root } = {}) {
  const { status, error, signal } = spawnSync(command, args, {
    cwd,
    stdio: ["inherit", stdout, 2],
    shell,
    env: { ...env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1", ...environment },
  });
  if (error) throw error;
  if (signal) exit(130);
  return status ?? 1;
}

/** Runs a JavaScript program of a dependency (its `bin`), on every platform without a shell. */
export function runBin(packageName, binName, args, options) {
  const folder = join(root, "node_modules", ...packageName.split("/"));
  const { bin } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  return run(execPath, [join(folder, typeof bin === "string" ? bin : bin[binName]), ...args], options);
}

/** Tells every five seconds that a piece of work goes on; from a process of its own, which ends with this one, for the work holds this one. */
function telling(what, work) {
  const tell = `let s = 0; setInterval(() => console.error("  ${what}, " + (s += 5) + " s"), 5000);
    process.stdin.on("end", () => process.exit()).resume();`;
  const teller = spawn(execPath, ["-e", tell], { stdio: ["pipe", "ignore", 2] });
  try {
    return work();
  } finally {
    teller.kill();
  }
}

export function setUp() {
  const [major, minor] = versions.node.split(".").map(Number);
  if (major < MINIMUM[0] || (major === MINIMUM[0] && minor < MINIMUM[1]))
    fail(`Node ${MINIMUM.join(".")} or newer is needed; this is ${versions.node}. Install it from nodejs.org.`);

  const lock = createHash("sha256")
    .update(readFileSync(join(root, "package-lock.json")))
    .digest("hex");
  const stamp = join(root, "node_modules", ".qgan-installed");
  if (!existsSync(stamp) || readFileSync(stamp, "utf8") !== lock) {
    console.error("Installing the dependencies (a quarter of a minute to two, once) …");
    // npm.cmd is a shell script on Windows, and only there. Not `npm ci`: it refuses a lock file that was made where a registry
    // does not offer the binaries of other platforms (ADR 0001); `--no-save` leaves the lock file as it is, too.
    const npm = platform === "win32" ? "npm.cmd" : "npm";
    const args = ["install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"];
    if (telling("installing", () => run(npm, args, { shell: platform === "win32" })) !== 0)
      fail("npm install failed; its message stands above.");
    mkdirSync(join(root, "node_modules"), { recursive: true });
    writeFileSync(stamp, lock);
  }
  // The first build takes half a minute: one line a package shows that it goes on. Later ones are silent.
  const isFirst = !existsSync(join(root, "packages", "qgan-lab", "dist", "qgan.js"));
  if (isFirst) console.error("Building the packages (half a minute to two, once) …");
  const logs = `--output-logs=${isFirst ? "hash-only" : "errors-only"}`;
  const build = () => runBin("turbo", "turbo", ["run", "build", logs, "--log-order=grouped"]);
  if ((isFirst ? telling("building", build) : build()) !== 0) fail("The build failed; its message stands above.");
}

function fail(sentence) {
  console.error(sentence);
  exit(1);
}

if (argv[1] && resolve(argv[1]) === fileURLToPath(import.meta.url)) setUp();
