import type { GanModel } from "./gan-model.ts";

/** One layer's share of a model. */
export interface ParameterRow {
  /** First component of the names: what one optimiser updates. */
  readonly group: string;
  /** The layer's name, `encoder.conv`. */
  readonly layer: string;
  /** Shapes of its trained tensors, in tfjs layout. */
  readonly shapes: readonly (readonly number[])[];
  readonly count: number;
}

export interface ParameterTable {
  readonly rows: readonly ParameterRow[];
  readonly groups: Readonly<Record<string, number>>;
  readonly total: number;
}

/** Counts the trained parameters of a model layer by layer; buffers are not counted. Allocates no tensor. */
export function parameterTable(model: GanModel): ParameterTable {
  const layers = new Map<string, { shapes: (readonly number[])[]; count: number }>();
  for (const { name, shape, isTrainable } of model.parameters) {
    if (!isTrainable) continue;
    const layer = name.slice(0, name.lastIndexOf("."));
    const row = layers.get(layer) ?? { shapes: [], count: 0 };
    row.shapes.push(shape);
    row.count += shape.reduce((product, length) => product * length, 1);
    layers.set(layer, row);
  }
  const rows = [...layers].map(([layer, row]) => ({ group: groupOf(layer), layer, ...row }));
  const groups: Record<string, number> = {};
  for (const { group, count } of rows) groups[group] = (groups[group] ?? 0) + count;
  return { rows, groups, total: rows.reduce((sum, { count }) => sum + count, 0) };
}

/** The group of a parameter or layer: the first component of its name. */
export function groupOf(name: string): string {
  return name.split(".", 1)[0];
}
