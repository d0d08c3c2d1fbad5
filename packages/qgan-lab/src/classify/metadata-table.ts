import { readFile } from "node:fs/promises";
import { basename } from "node:path";
import { ageBands, type MetadataTable } from "classifier-eval";
import { expect, listKnown } from "repro-kit";

/** What images are known by. */
export interface ImageNames {
  readonly sources: readonly (string | null)[];
  readonly groups: readonly (string | null)[];
}

/** Columns with more numbers than this are put into bands of ten. */
const MOST_VALUES = 12;

/**
 * Columns of a CSV file for these images. The rows are found by whichever column names most of the images, by file name (with or without
 * folder and extension) or else by group.
 *
 * @throws UsageError if the file has no such column, or names none of the images.
 */
export async function readMetadata(
  path: string,
  columns: readonly string[],
  { sources, groups }: ImageNames,
): Promise<MetadataTable> {
  const scope = "metadata";
  const text = await readFile(path, "utf8").catch(() => undefined);
  expect(text !== undefined, scope, `${path} cannot be read. Give a CSV file with a header.`);
  const [header = [], ...rows] = text
    .replace(/^\ufeff/, "")
    .split(/\r\n|\n|\r/)
    .filter((line) => line !== "")
    .map(cellsOf);
  for (const name of columns)
    expect(header.includes(name), scope, () => `${path} has no column "${name}"; ${listKnown(name, header)}`);
  const names = sources.map((source) => (source === null ? null : stem(source)));
  const found = header.map((_, c) => {
    const rowOf = new Map(rows.map((row) => [stem(row[c] ?? ""), row]));
    const byName = names.map((name) => (name === null ? undefined : rowOf.get(name)));
    const byGroup = groups.map((group) => (group === null ? undefined : rowOf.get(stem(group))));
    const count = (list: readonly unknown[]) => list.filter((row) => row !== undefined).length;
    return count(byName) >= count(byGroup) ? { rows: byName, count: count(byName) } : { rows: byGroup, count: count(byGroup) };
  });
  const best = found.reduce((a, b) => (b.count > a.count ? b : a), {
    rows: names.map(() => undefined as readonly string[] | undefined),
    count: 0,
  });
  expect(best.count > 0, scope, `no column of ${path} names the images of the dataset, by file or by group.`);
  return Object.fromEntries(
    columns.map((name) => {
      const at = header.indexOf(name);
      const values = best.rows.map((row) => row?.[at] || null);
      const known = new Set(values.filter((value) => value !== null));
      const areNumbers = [...known].every((value) => Number.isFinite(Number(value)));
      return [name, areNumbers && known.size > MOST_VALUES ? ageBands(values) : values];
    }),
  );
}

const stem = (path: string): string => basename(path).replace(/\.[A-Za-z0-9]+$/, "");

/** Cells of a line, in quotes or not. */
function cellsOf(line: string): string[] {
  const cells: string[] = [];
  for (const [, quoted, plain] of line.matchAll(/(?:^|,)(?:"((?:[^"]|"")*)"|([^,]*))/g))
    cells.push(quoted?.replaceAll('""', '"') ?? plain ?? "");
  return cells;
}
