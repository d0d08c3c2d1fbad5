import { UsageError } from "repro-kit";

export interface Token {
  readonly kind: "name" | "number" | "string" | "symbol" | "end";
  readonly text: string;
  /** From 1. */
  readonly line: number;
  readonly column: number;
}

/** The error of a place in the text. */
export const qasmError = ({ line, column }: Pick<Token, "line" | "column">, message: string): UsageError =>
  new UsageError(`[readQasm] line ${line}, column ${column}: ${message}`);

/** A token as messages show it. */
export const showToken = ({ kind, text }: Token): string => (kind === "end" || kind === "string" ? text : `"${text}"`);

const PATTERN =
  /(?<blank>\s+|\/\/[^\n]*)|(?<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)|(?<name>[A-Za-z_][A-Za-z0-9_]*)|(?<string>"[^"\n]*")|(?<symbol>->|==|[;,(){}[\]+\-*/^])/y;

/** Tokens of OpenQASM 2, without blanks and comments, the last of kind "end". @throws UsageError at a character that no token begins with. */
export function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  let line = 1;
  let lineStart = 0;
  let at = 0;
  while (at < text.length) {
    PATTERN.lastIndex = at;
    const match = PATTERN.exec(text);
    const place = { line, column: at - lineStart + 1 };
    if (!match?.groups) throw qasmError(place, `unexpected character ${JSON.stringify(text[at])}.`);
    const [kind] = Object.entries(match.groups).find(([, value]) => value !== undefined) as [string, string]; // one group of the pattern matched
    if (kind !== "blank") tokens.push({ kind: kind as Token["kind"], text: match[0], ...place }); // the groups are the kinds
    for (let i = at; i < at + match[0].length; i++)
      if (text[i] === "\n") {
        line++;
        lineStart = i + 1;
      }
    at += match[0].length;
  }
  tokens.push({ kind: "end", text: "end of text", line, column: at - lineStart + 1 });
  return tokens;
}
