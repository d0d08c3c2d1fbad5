import { qasmError, showToken, type Token } from "./qasm-tokens.ts";

/** Walks through tokens; every expectation that fails names its line and column. */
export interface TokenReader {
  peek(): Token;
  next(): Token;
  /** Takes this symbol. */
  take(text: string): Token;
  /** Takes this symbol if it comes next. */
  skip(text: string): boolean;
  name(what: string): Token;
}

export function createTokenReader(tokens: readonly Token[]): TokenReader {
  let at = 0;
  return {
    peek: () => tokens[at],
    next: () => (tokens[at].kind === "end" ? tokens[at] : tokens[at++]),
    take(text) {
      if (tokens[at].text !== text || tokens[at].kind === "string")
        throw qasmError(tokens[at], `expected "${text}"; got ${showToken(tokens[at])}.`);
      return tokens[at++];
    },
    skip(text) {
      if (tokens[at].text !== text || tokens[at].kind !== "symbol") return false;
      at++;
      return true;
    },
    name(what) {
      if (tokens[at].kind !== "name") throw qasmError(tokens[at], `expected ${what}; got ${showToken(tokens[at])}.`);
      return tokens[at++];
    },
  };
}
