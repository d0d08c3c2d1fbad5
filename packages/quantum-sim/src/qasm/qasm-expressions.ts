import type { TokenReader } from "./qasm-reader.ts";
import { qasmError, type Token } from "./qasm-tokens.ts";

/** A real expression of numbers, pi, parameters, + − * / ^ and sin cos tan exp ln sqrt. */
export interface Expression {
  readonly names: readonly Token[];
  value(parameters: ReadonlyMap<string, number>): number;
  readonly token: Token;
}

const FUNCTIONS: Readonly<Record<string, (x: number) => number>> = {
  sin: Math.sin,
  cos: Math.cos,
  tan: Math.tan,
  exp: Math.exp,
  ln: Math.log,
  sqrt: Math.sqrt,
};
const MAX_DEPTH = 200;

const binary = (token: Token, a: Expression, b: Expression, apply: (x: number, y: number) => number): Expression => ({
  token,
  names: [...a.names, ...b.names],
  value: (parameters) => apply(a.value(parameters), b.value(parameters)),
});

/** Precedence: + −, then * /, then unary −, then ^ (to the right). */
export function parseExpression(reader: TokenReader, depth = 0): Expression {
  if (depth > MAX_DEPTH) throw qasmError(reader.peek(), `expressions nest at most ${MAX_DEPTH} deep.`);
  let left = parseProduct(reader, depth);
  for (;;) {
    const token = reader.peek();
    if (reader.skip("+")) left = binary(token, left, parseProduct(reader, depth), (x, y) => x + y);
    else if (reader.skip("-")) left = binary(token, left, parseProduct(reader, depth), (x, y) => x - y);
    else return left;
  }
}

function parseProduct(reader: TokenReader, depth: number): Expression {
  let left = parseUnary(reader, depth);
  for (;;) {
    const token = reader.peek();
    if (reader.skip("*")) left = binary(token, left, parseUnary(reader, depth), (x, y) => x * y);
    else if (reader.skip("/")) left = binary(token, left, parseUnary(reader, depth), (x, y) => x / y);
    else return left;
  }
}

function parseUnary(reader: TokenReader, depth: number): Expression {
  if (depth > MAX_DEPTH) throw qasmError(reader.peek(), `expressions nest at most ${MAX_DEPTH} deep.`);
  if (reader.skip("+")) return parseUnary(reader, depth + 1);
  if (reader.skip("-")) {
    const inner = parseUnary(reader, depth + 1);
    return { ...inner, value: (parameters) => -inner.value(parameters) };
  }
  const base = parseAtom(reader, depth);
  const token = reader.peek();
  return reader.skip("^") ? binary(token, base, parseUnary(reader, depth + 1), (x, y) => x ** y) : base;
}

function parseAtom(reader: TokenReader, depth: number): Expression {
  const token = reader.next();
  if (token.kind === "number") return { token, names: [], value: () => Number(token.text) };
  if (token.kind === "symbol" && token.text === "(") {
    const inner = parseExpression(reader, depth + 1);
    reader.take(")");
    return inner;
  }
  if (token.kind !== "name") throw qasmError(token, `expected an expression; got "${token.text}".`);
  if (token.text === "pi") return { token, names: [], value: () => Math.PI };
  if (Object.hasOwn(FUNCTIONS, token.text)) {
    reader.take("(");
    const inner = parseExpression(reader, depth + 1);
    reader.take(")");
    return { token, names: inner.names, value: (parameters) => FUNCTIONS[token.text](inner.value(parameters)) };
  }
  return {
    token,
    names: [token],
    value(parameters) {
      const value = parameters.get(token.text);
      if (value === undefined) throw qasmError(token, `there is no parameter "${token.text}".`);
      return value;
    },
  };
}

/** The value, which must be finite. */
export function evaluate(expression: Expression, parameters: ReadonlyMap<string, number>): number {
  const value = expression.value(parameters);
  if (!Number.isFinite(value)) throw qasmError(expression.token, `the expression has no finite value; got ${value}.`);
  return value;
}
