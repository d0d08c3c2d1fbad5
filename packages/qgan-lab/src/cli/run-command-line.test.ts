import { expect, it } from "vitest";
import { commands } from "./commands/index.ts";
import { runQgan } from "./testing.ts";

it("shows its commands, and its version", async () => {
  for (const args of [[], ["--help"]]) {
    const { code, out } = await runQgan(args);
    expect(code).toBe(0);
    for (const { name } of commands) expect(out).toContain(name);
  }
  expect((await runQgan(["--version"])).out).toMatch(/^\d+\.\d+\.\d+/);
});

it.each(commands.map(({ name }) => name))("%s has help with examples, --json and --dry-run", async (name) => {
  const { code, out } = await runQgan([name, "--help"]);
  expect(code).toBe(0);
  expect(out).toContain(`Usage: qgan ${name}`);
  expect(out).toContain("--json");
  expect(out).toContain("--dry-run");
  expect(out).toMatch(/Examples:\n {2}qgan /);
});

it.each([
  [["trian"], 'unknown command "trian"; did you mean "train"? known: classify, dataset, demo'],
  [["train", "--dta", "x.zip"], 'unknown option "--dta"; did you mean "--data"? known: --allow-tf32,'],
  [["demo", "--minutes"], "argument missing"],
  [["demo", "--minutes", "soon"], "[--minutes] a number greater than 0 is expected"],
  [["demo", "--minutes", "0"], "a number greater than 0"],
  [["demo", "--backend", "gpu"], 'no backend "gpu"; did you mean "cpu"? known: auto, cpu, tensorflow, wasm'],
  [["generate"], "give a run folder with --run"],
  [["generate", "--run", "x", "--checkpoint", "newest"], "[--checkpoint] an integer"],
  [["report"], "give a run folder"],
  [["report", "a", "b"], "too many arguments"],
  [["generate", "runs/1"], "too many arguments for 'generate'. Expected 0 arguments but got 1. Did you mean --run runs/1?"],
  [["train"], "give a dataset with --data"],
  [["classify"], "give run folders with --runs"],
  [["metrics"], "give a run folder with --run"],
])("%j ends with code 2 and one sentence", async (args, message) => {
  const { code, out, err } = await runQgan(args);
  expect(code).toBe(2);
  expect(out).toBe("");
  expect(err).toContain(message);
  expect(err.trim().split("\n").length).toBe(1);
  expect(err).not.toMatch(/\n\s+at /);
});

it("speaks JSON and nothing else with --json, errors too", async () => {
  const { code, facts } = await runQgan(["train", "--data", "nowhere.zip", "--json"]);
  expect(code).toBe(2);
  expect(facts.length).toBe(1);
  expect(facts[0]).toMatchObject({ kind: "error", mistake: "yours" });
  const plan = await runQgan(["demo", "--dry-run", "--json", "--minutes", "5"]);
  expect(plan.code).toBe(0);
  expect(plan.facts).toMatchObject([{ kind: "plan", minutes: 5 }]);
});

it("does nothing with --dry-run", async () => {
  const { code, out } = await runQgan(["demo", "--dry-run", "--minutes", "2", "--out", "/nowhere/at/all"]);
  expect(code).toBe(0);
  expect(out).toMatch(/^Would train HybridQ/);
});
