/** Width of a character of the fonts that the drawing asks for, by size. */
const CHARACTER_PER_SIZE = 0.602;

export const round = (value: number): number => Math.round(10 * value) / 10;

export const escapeXml = (value: string): string =>
  value.replace(/[&<>"]/g, (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ?? character);

export const textWidth = (value: string, size: number): number => CHARACTER_PER_SIZE * size * value.length;

export interface TextOptions {
  readonly anchor?: "start" | "middle";
  readonly size?: number;
  readonly opacity?: number;
}

/** Text whose middle line is at y. */
export function text(
  x: number,
  y: number,
  value: string,
  { anchor = "middle", size = 13, opacity = 1 }: TextOptions = {},
): string {
  const faded = opacity === 1 ? "" : ` opacity="${opacity}"`;
  return `<text x="${round(x)}" y="${round(y + 0.35 * size)}" font-size="${size}" text-anchor="${anchor}" fill="currentColor" stroke="none"${faded}>${escapeXml(value)}</text>`;
}

/** A box around (x, y); a tinted one stands out on light and dark pages alike. */
export function box(x: number, y: number, width: number, height: number, isTinted: boolean): string {
  const tint = isTinted ? ` fill="currentColor" fill-opacity="0.14"` : "";
  return `<rect x="${round(x - width / 2)}" y="${round(y - height / 2)}" width="${round(width)}" height="${height}" rx="4"${tint}/>`;
}

export const line = (x1: number, y1: number, x2: number, y2: number): string =>
  `<path d="M${round(x1)} ${round(y1)}L${round(x2)} ${round(y2)}"/>`;

export const dot = (x: number, y: number, radius: number): string =>
  `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}" fill="currentColor"/>`;

export const ring = (x: number, y: number, radius: number): string => `<circle cx="${round(x)}" cy="${round(y)}" r="${radius}"/>`;

/** Wires that stop at boxes, so that nothing shows through them on any background. */
export function createWires(ys: readonly number[], start: number) {
  const ends = ys.map(() => start);
  const lines: string[] = [];
  return {
    lines,
    /** Leaves out [left, right] on a wire. */
    interrupt(wire: number, left: number, right: number): void {
      lines.push(line(ends[wire], ys[wire], left, ys[wire]));
      ends[wire] = right;
    },
    finish(x: number): void {
      ys.forEach((y, wire) => {
        lines.push(line(ends[wire], y, x, y));
      });
    },
  };
}
