import type { Operation } from "../gate.ts";
import { type Expression, evaluate, parseExpression } from "./qasm-expressions.ts";
import { type StandardGate, standardGates } from "./qasm-gates.ts";
import type { TokenReader } from "./qasm-reader.ts";
import { qasmError, type Token } from "./qasm-tokens.ts";
import { isSameAction } from "./same-action.ts";

/** More would be a text made to exhaust the machine. */
const MAX_CALLS = 5_000_000;
const MAX_DEPTH = 500;
/** Wires up to which a definition is compared with the gate of its name. */
const MOST_COMPARED_WIRES = 4;
const MOST_COMPARED_CALLS = 100;
const PROBES = [0.731, -1.357, 2.113, 0.419];

interface Body {
  readonly angles: readonly string[];
  readonly wires: readonly string[];
  readonly calls: readonly { readonly token: Token; readonly angles: readonly Expression[]; readonly wires: readonly Token[] }[];
}

/** The gates that a text knows. */
export interface GateTable {
  /** `include "qelib1.inc"`. */
  addLibrary(): void;
  /** `gate name(a, b) p, q { … }`; one that acts as the standard gate of its name is that gate. */
  define(reader: TokenReader): void;
  /** `opaque name(a, b) p, q;` */
  defineOpaque(reader: TokenReader): void;
  /** A gate with numbers on wires, definitions taken apart. */
  expand(token: Token, angles: readonly number[], wires: readonly number[]): Operation[];
}

export function createGateTable(): GateTable {
  const definitions = new Map<string, Body | StandardGate | "opaque">();
  let hasLibrary = false;
  let numCalls = 0;
  const lookUp = (name: string) =>
    definitions.get(name) ?? (hasLibrary || name === "U" || name === "CX" ? standardGates.get(name) : undefined);

  const newName = (reader: TokenReader): Token => {
    const name = reader.name("a gate's name");
    if (definitions.has(name.text)) throw qasmError(name, `gate "${name.text}" is defined already.`);
    return name;
  };
  const expand = (token: Token, angles: readonly number[], wires: readonly number[], depth: number): Operation[] => {
    if (++numCalls > MAX_CALLS) throw qasmError(token, `the text expands to more than ${MAX_CALLS} gates.`);
    if (depth > MAX_DEPTH) throw qasmError(token, `definitions nest at most ${MAX_DEPTH} deep.`);
    const definition = lookUp(token.text);
    if (!definition)
      throw qasmError(token, `there is no gate "${token.text}"${hasLibrary ? "." : '; is include "qelib1.inc" missing?'}`);
    if (definition === "opaque") throw qasmError(token, `gate "${token.text}" is opaque: nothing says what it does.`);
    const { numAngles, numWires } =
      "calls" in definition ? { numAngles: definition.angles.length, numWires: definition.wires.length } : definition;
    if (angles.length !== numAngles) throw qasmError(token, `${token.text} takes ${numAngles} parameters; got ${angles.length}.`);
    if (wires.length !== numWires) throw qasmError(token, `${token.text} acts on ${numWires} qubits; got ${wires.length}.`);
    if (new Set(wires).size !== wires.length) throw qasmError(token, `${token.text} needs different qubits.`);
    if (!("calls" in definition)) return definition.operations(wires, angles);
    const values = new Map(definition.angles.map((name, k) => [name, angles[k]]));
    const places = new Map(definition.wires.map((name, k) => [name, wires[k]]));
    return definition.calls.flatMap((inner) =>
      expand(
        inner.token,
        inner.angles.map((expression) => evaluate(expression, values)),
        inner.wires.map((name) => places.get(name.text) ?? -1), // each is one of the definition's wires: checked where it was read
        depth + 1,
      ),
    );
  };
  /** The standard gate of a name, if the definition that stands in the text does the same: then it need not be taken apart. */
  const standardLike = (token: Token, { angles, wires, calls }: Body): StandardGate | undefined => {
    const known = standardGates.get(token.text);
    if (!known || known.numWires !== wires.length || known.numAngles !== angles.length) return undefined;
    if (wires.length > MOST_COMPARED_WIRES || calls.length > MOST_COMPARED_CALLS) return undefined;
    const probes = PROBES.slice(0, angles.length);
    const places = wires.map((_, k) => k);
    const isSame = isSameAction(expand(token, probes, places, 0), known.operations(places, probes), wires.length);
    return isSame ? known : undefined;
  };

  return {
    addLibrary() {
      hasLibrary = true;
    },
    define(reader) {
      const name = newName(reader);
      const body = readBody(reader, (inner) => lookUp(inner) !== undefined);
      definitions.set(name.text, body);
      definitions.set(name.text, standardLike(name, body) ?? body);
    },
    defineOpaque(reader) {
      const name = newName(reader);
      readSignature(reader);
      reader.take(";");
      definitions.set(name.text, "opaque");
    },
    expand: (token, angles, wires) => expand(token, angles, wires, 0),
  };
}

/** "(expression, …)" or nothing. */
export function readArguments(reader: TokenReader): Expression[] {
  if (!reader.skip("(")) return [];
  const expressions: Expression[] = [];
  if (reader.skip(")")) return expressions;
  do expressions.push(parseExpression(reader));
  while (reader.skip(","));
  reader.take(")");
  return expressions;
}

function readNames(reader: TokenReader, what: string): Token[] {
  const names = [reader.name(what)];
  while (reader.skip(",")) names.push(reader.name(what));
  return names;
}

function readSignature(reader: TokenReader): { angles: string[]; wires: string[] } {
  const angles: string[] = [];
  if (reader.skip("(") && !reader.skip(")")) {
    angles.push(...readNames(reader, "a parameter's name").map(({ text }) => text));
    reader.take(")");
  }
  const wires = readNames(reader, "a qubit's name");
  const repeated = wires.find(({ text }, k) => wires.findIndex((other) => other.text === text) !== k);
  if (repeated) throw qasmError(repeated, `qubit "${repeated.text}" is named twice.`);
  return { angles, wires: wires.map(({ text }) => text) };
}

function readBody(reader: TokenReader, isKnown: (gate: string) => boolean): Body {
  const { angles, wires } = readSignature(reader);
  const calls: { token: Token; angles: Expression[]; wires: Token[] }[] = [];
  reader.take("{");
  while (!reader.skip("}")) {
    const token = reader.name("a gate");
    const isBarrier = token.text === "barrier";
    if (!isBarrier && !isKnown(token.text)) throw qasmError(token, `there is no gate "${token.text}" before this definition.`);
    const inner = isBarrier ? [] : readArguments(reader);
    const on = readNames(reader, "a qubit");
    for (const name of on)
      if (!wires.includes(name.text))
        throw qasmError(name, `"${name.text}" is not one of this gate's qubits (${wires.join(", ")}).`);
    for (const expression of inner)
      for (const name of expression.names)
        if (!angles.includes(name.text)) throw qasmError(name, `there is no parameter "${name.text}".`);
    reader.take(";");
    if (!isBarrier) calls.push({ token, angles: inner, wires: on });
  }
  return { angles, wires, calls };
}
