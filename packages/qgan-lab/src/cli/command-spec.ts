import type { LabHooks } from "../facts.ts";

/** What an option's text becomes. */
export type OptionParser = (text: string, name: string) => unknown;

export interface OptionSpec {
  /** "--batch <n>", or "--mirror" for a switch. */
  readonly flags: string;
  readonly text: string;
  /** Default: the text as it is. */
  readonly parse?: OptionParser;
  /** Shown in the help, not filled in: defaults live in the function that the command calls. */
  readonly standard?: string;
}

/** What a command's function is given. */
export interface CommandContext {
  readonly hooks: Required<LabHooks>;
  /** Print what would be done, do nothing. */
  readonly dryRun: boolean;
  /** Says what came out: lines for a person, or the fact as JSON. */
  readonly result: (lines: readonly string[], fact: { readonly [name: string]: unknown }) => void;
  /** Says what would be done. */
  readonly plan: (lines: readonly string[], fact: { readonly [name: string]: unknown }) => void;
}

/** One command of `qgan`: a thin shell over a function. */
export interface CommandSpec {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  /** "[model]" or "<folder>"; "..." for several. */
  readonly argument?: { readonly flags: string; readonly text: string };
  readonly options: readonly OptionSpec[];
  readonly examples: readonly string[];
  /** Commands below this one, `qgan dataset check`; without the name of one of them the command itself runs. */
  readonly commands?: readonly CommandSpec[];
  run(
    input: { readonly argument: string | undefined; readonly options: Readonly<Record<string, unknown>> },
    context: CommandContext,
  ): Promise<void>;
}
