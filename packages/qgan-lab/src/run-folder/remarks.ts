import { join } from "node:path";
import { appendJsonLine, readJsonLines } from "./json-lines.ts";

const REMARKS = "remarks.jsonl";
const TIMES = "times.jsonl";

/** Notes a sentence for the report's reader, once. */
export function addRemark(folder: string, text: string): void {
  if (!readRemarks(folder).includes(text)) appendJsonLine(join(folder, REMARKS), { text });
}

export const readRemarks = (folder: string): string[] =>
  readJsonLines<{ text: string }>(join(folder, REMARKS)).map(({ text }) => text);

/** A part of the work and how long it took. */
export interface PartTime {
  readonly part: string;
  readonly seconds: number;
}

export function addTime(folder: string, time: PartTime): void {
  appendJsonLine(join(folder, TIMES), time);
}

/** Times by part, summed over resumptions. */
export function readTimes(folder: string): PartTime[] {
  const sums = new Map<string, number>();
  for (const { part, seconds } of readJsonLines<PartTime>(join(folder, TIMES))) sums.set(part, (sums.get(part) ?? 0) + seconds);
  return [...sums].map(([part, seconds]) => ({ part, seconds }));
}
