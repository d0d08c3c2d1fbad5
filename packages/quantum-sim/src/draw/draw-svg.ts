import { checkOptions } from "repro-kit";
import { isInput } from "../angle.ts";
import type { Circuit } from "../circuit.ts";
import { type AngleStyle, operationLabel } from "./angle-label.ts";
import { layOutCircuit, type PlacedOperation } from "./circuit-diagram.ts";
import { measuredOn, measuredWords } from "./measured-words.ts";
import { box, createWires, dot, escapeXml, line, ring, round, text, textWidth } from "./svg-shapes.ts";
import type { WireSymbol } from "./wire-symbols.ts";

export interface DrawSvgOptions {
  /** Draw equal layers once, in a frame with their number; default true. */
  readonly fold?: boolean;
}

/** In SVG units, which are pixels where the drawing has room. */
const ROW = 44;
const BOX_HEIGHT = 32;
const MARK_WIDTH = 22;
const GAP = 12;
const MARGIN = 12;
const HEADER = 20;
const NAME_SIZE = 13;
const LABEL_SIZE = 10;

type Wires = ReturnType<typeof createWires>;

/**
 * The circuit as a self-contained SVG in the text's colour, for light and dark pages. Gates that take an input are
 * tinted; equal layers are drawn once in a frame, with their number, unless `fold` is false.
 *
 * @returns `<svg …>…</svg>`, as wide as its place allows and never wider than its natural size.
 */
export function drawSvg(circuit: Circuit, options: DrawSvgOptions = {}): string {
  checkOptions("drawSvg", options, ["fold"]);
  const { fold = true } = options;
  const { name, numQubits, numWeights, numInputs } = circuit;
  const ys = Array.from({ length: numQubits }, (_, wire) => MARGIN + HEADER + ROW * (wire + 0.5));
  const bottom = MARGIN + HEADER + ROW * numQubits;
  const shapes = ys.map((y, wire) => text(MARGIN, y, String(wire), { anchor: "start", size: 12, opacity: 0.65 }));
  let x = MARGIN + textWidth(String(numQubits - 1), 12) + 8;
  const wires = createWires(ys, x);

  for (const { placed, numColumns, repeats } of layOutCircuit(circuit, fold)) {
    const left = x + GAP / 2;
    if (repeats > 1) x += GAP;
    for (let column = 0; column < numColumns; column++) {
      const inColumn = placed.filter((one) => one.column === column);
      const width = Math.max(...inColumn.map(widthOf));
      for (const one of inColumn) shapes.push(...drawOperation(one, x + (GAP + width) / 2, ys, wires));
      x += GAP + width;
    }
    if (repeats > 1) {
      x += GAP;
      const frame = `<rect x="${round(left)}" y="${MARGIN + HEADER - 2}" width="${round(x - left)}" height="${ROW * numQubits + 4}" rx="7"`;
      shapes.push(`${frame} stroke-dasharray="4 4" opacity="0.6"/>`);
      shapes.push(text(left + 2, MARGIN + HEADER / 2 - 2, `${repeats} times`, { anchor: "start", size: 12, opacity: 0.85 }));
      x += GAP / 2;
    }
  }
  x += GAP;
  wires.finish(x);
  let right = x;
  ys.forEach((y, wire) => {
    const label = measuredOn(circuit, wire);
    if (!label) return;
    const width = textWidth(label, NAME_SIZE) + 12;
    shapes.push(box(x + width / 2, y, width, BOX_HEIGHT - 4, false), text(x + width / 2, y, label));
    right = Math.max(right, x + width);
  });
  const counted = (count: number, what: string) => `${count} ${what}${count === 1 ? "" : "s"}`;
  const words = measuredWords(circuit);
  const legend = [
    counted(numQubits, "qubit"),
    ...(numInputs > 0 ? [`${counted(numInputs, "input")} (x, tinted)`] : []),
    ...(numWeights > 0 ? [`${counted(numWeights, "weight")} (w)`] : []),
    ...(words ? [`measured ${words}`] : []),
  ].join(" · ");
  shapes.push(text(MARGIN, bottom + 16, legend, { anchor: "start", size: 12, opacity: 0.75 }));
  const width = Math.ceil(MARGIN + Math.max(right, MARGIN + textWidth(legend, 12)));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${bottom + 28}" width="100%" style="max-width:${width}px;height:auto"`,
    ` role="img" aria-label="Circuit ${escapeXml(name)}: ${legend}" fill="none" stroke="currentColor" stroke-width="1.3"`,
    ' font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, &quot;DejaVu Sans Mono&quot;, monospace">',
    ...wires.lines,
    ...shapes,
    "</svg>",
  ].join("");
}

/** Three digits, with the minus of typography. */
const STYLE: AngleStyle = {
  number: (value) => String(Number(value.toPrecision(3))).replaceAll("-", "−"),
  times: "·",
  plus: " + ",
  minus: " − ",
};

const labelOf = ({ operation }: PlacedOperation): string => operationLabel(operation, STYLE, ", ");

function widthOf(one: PlacedOperation): number {
  const label = labelOf(one);
  return Math.max(...one.symbols.map(({ mark, name, suffix }) => (mark === "box" ? boxWidth(name + suffix, label) : MARK_WIDTH)));
}

const boxWidth = (name: string, label: string): number =>
  Math.max(30, textWidth(name, NAME_SIZE) + 12, textWidth(label, LABEL_SIZE) + 10);

function drawOperation(one: PlacedOperation, x: number, ys: readonly number[], wires: Wires): string[] {
  const { operation, symbols, top, bottom } = one;
  const label = labelOf(one);
  const takesInput = operation.angles.some(isInput);
  const onWires = operation.wires.map((wire, k) => ({ wire, symbol: symbols[k] })).sort((a, b) => a.wire - b.wire);
  // Vertical lines run between the symbols, not through boxes.
  const reachOf = ({ mark }: WireSymbol) => (mark === "box" ? BOX_HEIGHT / 2 : 0);
  const links = onWires.slice(1).map(({ wire, symbol }, k) => {
    const above = onWires[k];
    return line(x, ys[above.wire] + reachOf(above.symbol), x, ys[wire] - reachOf(symbol));
  });
  const drawn = onWires.flatMap(({ wire, symbol }) => {
    if (symbol.mark !== "box") return drawMark(symbol.mark, x, ys[wire]);
    const width = boxWidth(symbol.name + symbol.suffix, label);
    wires.interrupt(wire, x - width / 2, x + width / 2);
    const lift = label ? 6 : 0;
    return [
      box(x, ys[wire], width, BOX_HEIGHT, takesInput),
      text(x, ys[wire] - lift, symbol.name + symbol.suffix),
      ...(label ? [text(x, ys[wire] + 8, label, { size: LABEL_SIZE, opacity: 0.85 })] : []),
    ];
  });
  return top === bottom ? drawn : [...links, ...drawn];
}

function drawMark(mark: "control" | "not" | "swap", x: number, y: number): string[] {
  if (mark === "control") return [dot(x, y, 4)];
  if (mark === "not") return [ring(x, y, 9), line(x, y - 9, x, y + 9)];
  return [line(x - 6, y - 6, x + 6, y + 6), line(x - 6, y + 6, x + 6, y - 6)];
}
