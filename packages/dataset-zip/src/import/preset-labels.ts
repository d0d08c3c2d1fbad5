import { readdir, readFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { expect, listKnown } from "repro-kit";
import type { ImageSource } from "./image-source.ts";
import { createLookup, type LabelTable, type TableRow } from "./label-table.ts";
import { parseCsv } from "./parse-csv.ts";
import type { DatasetPreset } from "./presets.ts";

const SCOPE = "importImages";

/** The labels and groups of a published set, from its tables in the source, beside it, or above it. @throws UsageError that names what is missing. */
export async function readPreset(preset: DatasetPreset, source: ImageSource): Promise<LabelTable> {
  const { classOfPath } = preset;
  if (!preset.table) {
    const rowOf = (path: string): TableRow | undefined => {
      const className = classOfPath?.(path);
      return className === undefined ? undefined : { className, labelVector: undefined, group: undefined };
    };
    const numRows = source.paths.filter((path) => rowOf(path) !== undefined).length;
    return { name: `the folders of ${preset.name}`, classes: undefined, numRows, rowOf, note: preset.note };
  }
  const table = await findText(preset.table, source);
  expect(
    table,
    SCOPE,
    () => `the preset ${preset.name} needs its table (${preset.source}) in ${source.name} or beside it. Put it there.`,
  );
  const groupTable = preset.groupTable && (await findText([preset.groupTable], source));
  const groups = groupTable && preset.groupColumn ? readGroups(preset, preset.groupColumn, groupTable) : undefined;
  const { keys, rows, groupNote } = readRows(preset, table, groups);
  const notes = [preset.note, groupNote].filter(Boolean).join(" ");
  return {
    name: table.name,
    classes: undefined,
    numRows: rows.length,
    rowOf: createLookup(keys, rows, { name: table.name, tableFolder: source.folder, imageFolder: source.folder }),
    note: notes === "" ? undefined : notes,
  };
}

interface NamedText {
  readonly name: string;
  readonly text: string;
}

/** The file of the first name that is found: in the source, beside it, or above it. */
async function findText(patterns: readonly RegExp[], source: ImageSource): Promise<NamedText | undefined> {
  for (const pattern of patterns) {
    const inside = source.paths.find((path) => pattern.test(basename(path)));
    if (inside !== undefined) return { name: inside, text: new TextDecoder().decode(await source.read(inside)) };
    for (const folder of [source.folder, dirname(source.folder)]) {
      const names = await readdir(folder).catch(() => []); // a zip's folder is always there; its parent may be closed to us
      const name = names.find((one) => pattern.test(one));
      if (name !== undefined) return { name, text: await readFile(join(folder, name), "utf8") };
    }
  }
  return undefined;
}

function readRows(
  preset: DatasetPreset,
  { name, text }: NamedText,
  groups: ReadonlyMap<string, string> | undefined,
): { keys: string[]; rows: TableRow[]; groupNote: string | undefined } {
  const { columns, rows } = parseCsv(text, name);
  const at = (column: string): number => columnOf(columns, column, name, preset);
  const fileAt = at(preset.fileColumn ?? "file");
  const ownGroupAt = preset.groupColumn !== undefined && !preset.groupTable ? at(preset.groupColumn) : -1;
  const oneHot = preset.oneHotColumns
    ?.filter((column) => columns.includes(column))
    .map((column) => [column, at(column)] as const);
  const classAt = preset.classColumn === undefined ? -1 : at(preset.classColumn);
  expect(
    !oneHot || oneHot.length > 0,
    SCOPE,
    `${name} has none of the columns ${preset.oneHotColumns?.join(", ")}. Is it the right table?`,
  );
  const classOf = (row: readonly string[]): string =>
    oneHot ? (oneHot.find(([, column]) => Number(row[column]) === 1)?.[0] ?? "") : (preset.className ?? String)(row[classAt]);
  const isGroup = (cell: string | undefined): cell is string => !!cell && !preset.noGroup?.includes(cell.toLowerCase());
  const keys = rows.map((row) => row[fileAt]);
  return {
    keys,
    rows: rows.map((row) => {
      const cell = groups ? groups.get(row[fileAt]) : ownGroupAt >= 0 ? row[ownGroupAt] : undefined;
      return { className: classOf(row), labelVector: undefined, group: isGroup(cell) ? cell : undefined };
    }),
    groupNote:
      preset.groupTable && !groups
        ? `${preset.name} has a table of ${preset.groupColumn}s that is not here: without it images of one lesion may stand on both sides of a split.`
        : undefined,
  };
}

function readGroups(preset: DatasetPreset, groupColumn: string, { name, text }: NamedText): Map<string, string> {
  const { columns, rows } = parseCsv(text, name);
  const fileAt = columnOf(columns, preset.fileColumn ?? "file", name, preset);
  const groupAt = columnOf(columns, groupColumn, name, preset);
  return new Map(rows.map((row) => [row[fileAt], row[groupAt]]));
}

function columnOf(columns: readonly string[], column: string, name: string, preset: DatasetPreset): number {
  const index = columns.findIndex((one) => one.toLowerCase() === column.toLowerCase());
  expect(
    index >= 0,
    SCOPE,
    () => `${name} has no column "${column}", which the preset ${preset.name} reads; ${listKnown(column, columns)}`,
  );
  return index;
}
