import { expect } from "repro-kit";

/** A table: names of the columns and rows of as many cells. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

/**
 * Reads CSV (RFC 4180): quoted cells, doubled quotes, line ends of any kind, a byte order mark; the delimiter is whichever of
 * comma, semicolon and tab the first line has most of. Empty lines are passed over.
 *
 * @param name - Of the file, for messages.
 * @throws UsageError if there is no header, a row has another number of cells, or a quote is not closed.
 */
export function parseCsv(text: string, name: string): CsvTable {
  const body = text.replace(/^\ufeff/, "");
  const firstLine = body.slice(0, body.search(/[\r\n]|$/));
  const countOf = (mark: string) => firstLine.split(mark).length;
  const delimiter = [",", ";", "\t"].reduce((best, mark) => (countOf(mark) > countOf(best) ? mark : best));
  const rows: string[][] = [];
  let row: string[] = [];
  let cell = "";
  let isQuoted = false;
  const endRow = (): void => {
    row.push(cell);
    if (row.length > 1 || row[0] !== "") rows.push(row);
    row = [];
    cell = "";
  };
  for (let i = 0; i < body.length; i++) {
    const character = body[i];
    if (isQuoted) {
      if (character !== '"') cell += character;
      else if (body[i + 1] === '"') cell += body[++i];
      else isQuoted = false;
    } else if (character === '"' && cell === "") isQuoted = true;
    else if (character === delimiter) {
      row.push(cell);
      cell = "";
    } else if (character === "\n" || character === "\r") {
      if (character === "\r" && body[i + 1] === "\n") i++;
      endRow();
    } else cell += character;
  }
  expect(!isQuoted, "importImages", `${name} has a quoted cell that is not closed. Mend the table.`);
  if (cell !== "" || row.length > 0) endRow();
  expect(rows.length > 0, "importImages", `${name} is empty. A first line with the names of the columns is expected.`);
  const [columns, ...cells] = rows;
  const wrong = cells.findIndex(({ length }) => length !== columns.length);
  expect(
    wrong < 0,
    "importImages",
    () => `${name}: row ${wrong + 1} has ${cells[wrong].length} cells, but there are ${columns.length} columns. Mend the table.`,
  );
  return { columns: columns.map((column) => column.trim()), rows: cells.map((values) => values.map((value) => value.trim())) };
}
