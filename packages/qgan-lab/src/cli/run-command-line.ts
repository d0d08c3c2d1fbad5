import { Command, CommanderError, Option } from "commander";
import { listKnown, UsageError } from "repro-kit";
import packageManifest from "../../package.json" with { type: "json" };
import type { ProgressStream } from "../progress/progress.ts";
import { explainSystemError } from "../run-folder/system-error.ts";
import type { CommandContext, CommandSpec } from "./command-spec.ts";
import { commands } from "./commands/index.ts";
import { createConsole, type LabConsole } from "./console.ts";

export interface CommandLineStreams {
  readonly out: ProgressStream;
  readonly err: ProgressStream;
  /** Aborted by Ctrl-C. */
  readonly signal: AbortSignal;
}

export const EXIT = { ok: 0, ours: 1, yours: 2, stopped: 130 } as const;

/**
 * Runs `qgan` with these arguments.
 *
 * @returns The exit code: 0, 1 for our mistake, 2 for the user's, 130 after Ctrl-C.
 */
export async function runCommandLine(args: readonly string[], streams: CommandLineStreams): Promise<number> {
  const json = args.includes("--json");
  const labConsole = createConsole({ json, ...streams });
  try {
    await createProgram(labConsole, streams).parseAsync([...args], { from: "user" });
    return streams.signal.aborted ? EXIT.stopped : EXIT.ok;
  } catch (error) {
    if (error instanceof CommanderError && error.exitCode === 0) return EXIT.ok; // --help, --version
    labConsole.end();
    if (streams.signal.aborted && !(error instanceof CommanderError)) {
      if (UsageError.isInstance(error)) streams.err.write(`${error.message}\n`);
      return EXIT.stopped;
    }
    return tellError(error, { json, ...streams });
  } finally {
    labConsole.end();
  }
}

function createProgram(labConsole: LabConsole, streams: CommandLineStreams): Command {
  const program = new Command("qgan")
    .description("Quantum and classical GANs for medical images. For research, not for diagnosis.")
    .version(packageManifest.version)
    .configureHelp({ showGlobalOptions: false })
    .configureOutput({ writeOut: (text) => void streams.out.write(text), writeErr: () => {} })
    .exitOverride()
    .addHelpText("after", "\nBegin with `qgan demo`, or look with `qgan doctor`. Each command has --help with examples.")
    .allowExcessArguments(true)
    .action(() => {
      const [name] = program.args;
      if (name === undefined) return program.outputHelp();
      const known = commands.map((command) => command.name);
      throw new UsageError(`[qgan] unknown command "${name}"; ${listKnown(name, known)}`);
    });
  program.enablePositionalOptions();
  for (const spec of commands) program.addCommand(createCommand(spec, labConsole, streams));
  return program;
}

function createCommand(spec: CommandSpec, labConsole: LabConsole, { out, signal, err }: CommandLineStreams): Command {
  const command = new Command(spec.name).description(spec.summary).allowExcessArguments(false);
  command.configureOutput({ writeOut: (text) => void out.write(text), writeErr: () => {} });
  if (spec.argument) command.argument(spec.argument.flags, spec.argument.text);
  for (const { flags, text, parse, standard } of spec.options) {
    const option = new Option(flags, standard === undefined ? text : `${text} (default: ${standard})`);
    if (parse) option.argParser((value) => parse(value, option.long ?? flags));
    command.addOption(option);
  }
  command
    .option("--json", "facts as JSON lines on stdout, nothing else there")
    .option("-n, --dry-run", "say what would be done, and do nothing")
    .addHelpText("after", `\nExamples:\n${spec.examples.map((example) => `  ${example}`).join("\n")}`)
    .exitOverride((error) => {
      throw explainCommanderError(error, command);
    })
    .action(async (...given: unknown[]) => {
      const argument = spec.argument ? (given[0] as string | undefined) : undefined; // commander passes arguments first
      const { json: _json, dryRun = false, ...options } = command.opts<Record<string, unknown> & { dryRun?: boolean }>();
      const context: CommandContext = {
        hooks: { onFact: (fact) => labConsole.fact(fact), signal },
        dryRun,
        result: (lines, fact) => {
          labConsole.fact({ ...fact, kind: "result" });
          labConsole.lines(lines);
        },
        plan: (lines, fact) => {
          labConsole.fact({ ...fact, kind: "plan" });
          labConsole.lines(lines);
        },
      };
      await spec.run({ argument, options }, context);
    });
  // Options behind the name of a command below belong to that one.
  if (spec.commands) command.enablePositionalOptions();
  for (const below of spec.commands ?? []) command.addCommand(createCommand(below, labConsole, { out, signal, err }));
  return command;
}

/** Commander's refusals in our words; an unknown option lists the known ones. */
function explainCommanderError(error: CommanderError, command: Command): Error {
  if (error.exitCode === 0) return error;
  const above = command.parent?.parent ? `${command.parent.name()} ` : "";
  const scope = `qgan ${above}${command.name()}`;
  const flag = /unknown option '(-[^']*)'/.exec(error.message)?.[1];
  const below = command.commands.map((one) => one.name());
  const [first, second] = command.args;
  // What stands first and is no option was meant as a command: its options are then not the ones to talk about.
  if (flag && below.length > 0 && first !== undefined && !first.startsWith("-"))
    return new UsageError(`[${scope}] unknown command "${first}"; ${listKnown(first, below)}`);
  if (below.length > 0 && second !== undefined && error.code === "commander.excessArguments")
    return new UsageError(`[${scope}] unknown command "${first}"; ${listKnown(first, below)}`);
  const known = command.options.map(({ long }) => long ?? "");
  if (flag) return new UsageError(`[${scope}] unknown option "${flag}"; ${listKnown(flag, known)}`);
  const sentence = error.message
    .replace(/^error: /, "")
    .replace(/\s*\n\s*/g, " ")
    .replace(/\.?$/, ".");
  const isStray = error.code === "commander.excessArguments" && known.includes("--run");
  const hint = isStray ? ` Did you mean --run ${first}?` : "";
  return new UsageError(`[${scope}] ${sentence}${hint} \`${scope} --help\` shows how it is used.`);
}

function tellError(given: unknown, { json, out, err }: Omit<CommandLineStreams, "signal"> & { json: boolean }): number {
  const error = explainSystemError(given);
  const isUsers = UsageError.isInstance(error) || error instanceof CommanderError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) out.write(`${JSON.stringify({ kind: "error", message, mistake: isUsers ? "yours" : "ours" })}\n`);
  if (isUsers) {
    err.write(`${message}\n`);
    return EXIT.yours;
  }
  if (error instanceof Error && EXPECTED.has(error.name)) {
    err.write(`${message}\n`);
    return EXIT.ours;
  }
  err.write(`${error instanceof Error ? (error.stack ?? message) : message}\n`);
  err.write(
    `This is a mistake of qgan-lab ${packageManifest.version}, not yours. Please report it with the lines above and the output of \`qgan doctor\`.\n`,
  );
  return EXIT.ours;
}

/** Failures that are neither the user's mistake nor a bug: numbers that overflow, a doctor or a check that found something, a part that is absent. */
const EXPECTED = new Set(["DivergenceError", "UnhealthyError", "InstallError", "FindingsError"]);
