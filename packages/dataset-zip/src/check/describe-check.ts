import type { CheckReport } from "./check-images.ts";

/** Paths that are written out before the rest is counted. */
const SHOWN = 10;

const count = (n: number, one: string, many = `${one}s`): string => `${n} ${n === 1 ? one : many}`;

/** The lines of a list, the first few, and how many more there are. */
function listed(title: string, entries: readonly string[]): string[] {
  if (entries.length === 0) return [];
  const more = entries.length > SHOWN ? [`    … and ${entries.length - SHOWN} more (--json lists all)`] : [];
  return [title, ...entries.slice(0, SHOWN).map((entry) => `    ${entry}`), ...more];
}

/** Whether the check found anything that should be looked at before training. */
export function hasFindings(report: CheckReport): boolean {
  const { bad, labelProblem, transparent, constant, copies, lookAlikes, leaks, unlabelled } = report;
  return (
    labelProblem !== undefined ||
    [bad, transparent, constant, copies, lookAlikes, leaks, unlabelled].some(({ length }) => length > 0)
  );
}

/** A report in words, a line a fact, for a terminal. */
export function describeCheck(report: CheckReport): string[] {
  const { shapes, classes, statistics, splits, leaks } = report;
  const shapeOf = ({ height, width, channels, count: n }: CheckReport["shapes"][number]) =>
    `${height} × ${width} ${["", "grey", "grey with alpha", "RGB", "RGB with alpha"][channels]}: ${n}`;
  const numbers = (values: readonly number[]) => values.map((value) => value.toFixed(1)).join(", ");
  const leakOf = ({ kind, name, parts }: CheckReport["leaks"][number]) =>
    `${kind === "group" ? `group ${name}` : kind}: ${Object.entries(parts)
      .map(([part, paths]) => `${part} (${paths.join(", ")})`)
      .join(" and ")}`;
  const together = (set: readonly string[]) => set.join(" = ");
  return [
    `${report.source}: ${count(report.numImages, "image")} of ${count(report.numFiles, "file")}, ${report.numReadable} can be read.`,
    ...shapes.slice(0, SHOWN).map((shape) => `  ${shapeOf(shape)}`),
    ...(shapes.length > SHOWN ? [`  … and ${shapes.length - SHOWN} more shapes`] : []),
    ...statistics.map(
      ({ kind, mean, standardDeviation }) => `  ${kind}: mean ${numbers(mean)}, standard deviation ${numbers(standardDeviation)}`,
    ),
    ...(report.labelProblem === undefined ? [] : [`Labels: ${report.labelProblem}`]),
    ...(classes.length > 0
      ? [`Classes, from ${report.labelsFrom}: ${classes.map(({ name, count: n }) => `${name} ${n}`).join(", ")}`]
      : []),
    ...(report.numGroups === undefined ? [] : [`${count(report.numGroups, "group")} that a split must keep together.`]),
    ...(splits.length > 0 ? [`Parts, by folder: ${splits.map(({ name, count: n }) => `${name} ${n}`).join(", ")}`] : []),
    ...listed(
      `${count(report.bad.length, "file")} cannot be read:`,
      report.bad.map(({ path, reason }) => `${path}: ${reason}`),
    ),
    ...listed(`${count(report.unlabelled.length, "image")} without label:`, report.unlabelled),
    ...listed(
      `${count(report.transparent.length, "image")} with transparent pixels, left out of a data set without a background:`,
      report.transparent,
    ),
    ...listed(`${count(report.constant.length, "image")} of one colour throughout:`, report.constant),
    ...listed(
      `${count(report.contradictions.length, "picture")} with different labels in different copies:`,
      report.contradictions.map(together),
    ),
    ...listed(`${count(report.copies.length, "picture")} in several copies (same pixels):`, report.copies.map(together)),
    ...listed(`${count(report.lookAlikes.length, "set")} of pictures that look alike:`, report.lookAlikes.map(together)),
    ...listed(
      `${count(leaks.length, "leak")} between parts (the test would measure what was learnt by heart):`,
      leaks.map(leakOf),
    ),
    ...report.notes.map((note) => `Note: ${note}`),
    ...(hasFindings(report) ? [] : ["Nothing was found that is wrong."]),
  ];
}
