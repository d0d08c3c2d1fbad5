import type { Orders } from "./measure.ts";

/** Where gradients are measured: the cpu backend in double precision, and each backend as it is. */
export const columns = ["float64", "cpu", "wasm", "tensorflow"] as const;
export type Column = (typeof columns)[number];

/** One op's line: how many cases it has, and the largest gap of them on each backend that was there. */
export interface PrecisionRow {
  readonly numCases: number;
  readonly gaps: Readonly<Partial<Record<Column, Orders<number>>>>;
}
export type PrecisionTable = Readonly<Record<string, PrecisionRow>>;

const BEGIN = "<!-- gradients: begin -->";
const END = "<!-- gradients: end -->";
/** Room for another machine's rounding. */
const MARGIN = 3;
/** Below these rounding decides: some ulps of a number near 1, and what central differences can tell. */
const LEAST: Readonly<Record<Column, number>> = { float64: 1e-9, cpu: 2e-7, wasm: 2e-7, tensorflow: 2e-7 };

/**
 * No claim may be worse than these, so that writing the table cannot hide a wrong term: central differences and the float32 constants of
 * stock kernels (erf) in float64, rounding through two derivatives in float32.
 */
export const LARGEST_CLAIM: Readonly<Record<Column, number>> = { float64: 2e-6, cpu: 2e-5, wasm: 2e-5, tensorflow: 2e-5 };

/** What is claimed where so much was measured: MARGIN times it, one digit, rounded up. */
function claim(gap: number, column: Column): number {
  const wanted = Math.max(LEAST[column], gap * MARGIN);
  const power = 10 ** Math.floor(Math.log10(wanted));
  return Math.min(Number((Math.ceil(wanted / power - 1e-6) * power).toExponential(0)), LARGEST_CLAIM[column]);
}

const cell = (value: number | undefined) => (value === undefined ? "–" : value.toExponential(0));

/** The table in Markdown, with the claims of backends that were not there taken from `previous`. */
export function formatTable(measured: PrecisionTable, previous: PrecisionTable): string {
  const header = ["op", "cases", ...columns.flatMap((column) => [`${column} 1st`, "2nd"])];
  const rows = Object.entries(measured).map(([op, { numCases, gaps }]) => [
    op,
    String(numCases),
    ...columns.flatMap((column) => {
      const now = gaps[column]?.map((gap) => claim(gap, column));
      return [0, 1].map((order) => cell((now ?? previous[op]?.gaps[column])?.[order]));
    }),
  ]);
  const widths = header.map((name, i) => Math.max(name.length, ...rows.map((row) => row[i].length)));
  const line = (cells: readonly string[]) => `| ${cells.map((text, i) => text.padEnd(widths[i])).join(" | ")} |`;
  return [line(header), line(widths.map((width) => "-".repeat(width))), ...rows.map(line)].join("\n");
}

/** The claims that a document makes. */
export function parseTable(document: string): PrecisionTable {
  const { start, end } = sectionOf(document);
  const lines = document
    .slice(start, end)
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2);
  return Object.fromEntries(
    lines.map((line) => {
      const [op, numCases, ...values] = line
        .split("|")
        .slice(1, -1)
        .map((text) => text.trim());
      const gaps = columns.flatMap((column, i) => {
        const pair = values.slice(2 * i, 2 * i + 2).map(Number);
        return pair.some(Number.isNaN) ? [] : [[column, [pair[0], pair[1]]] as const];
      });
      return [op, { numCases: Number(numCases), gaps: Object.fromEntries(gaps) }];
    }),
  );
}

/** The document with another table between its marks. */
export function replaceTable(document: string, table: string): string {
  const { start, end } = sectionOf(document);
  return `${document.slice(0, start)}\n\n${table}\n\n${document.slice(end)}`;
}

function sectionOf(document: string): { readonly start: number; readonly end: number } {
  const start = document.indexOf(BEGIN) + BEGIN.length;
  const end = document.indexOf(END);
  if (start < BEGIN.length || end < start) throw new Error(`bug: no section ${BEGIN} … ${END} in the document`);
  return { start, end };
}
