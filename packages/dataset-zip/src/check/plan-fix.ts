import type { CheckReport } from "./check-images.ts";

/** What can be done about a report: options for `importImages`, and a sentence for each thing that is done. */
export interface FixPlan {
  /** Images to leave out, with the reason. */
  readonly exclude: Readonly<Record<string, string>>;
  /** Where shapes differ: the most frequent. */
  readonly size?: { readonly height: number; readonly width: number };
  /** Where grey and colour mix: all in colour. */
  readonly channels?: 3;
  /** Where pixels are transparent. */
  readonly background?: "black";
  readonly done: readonly string[];
}

/**
 * What to do about what `checkImages` found: unreadable, unlabelled and constant pictures and second copies are left out; of copies with
 * different labels all are; what stands in several parts stays in test, else in validation; shapes and channels are made
 * alike. Look-alikes within one part are left in: only a person can say whether they are copies.
 */
export function planFix(report: CheckReport): FixPlan {
  const exclude: Record<string, string> = {};
  const done: string[] = [];
  const leaveOut = (paths: readonly string[], reason: string): void => {
    const fresh = paths.filter((path) => !(path in exclude));
    for (const path of fresh) exclude[path] = reason;
    if (fresh.length > 0) done.push(`${fresh.length} left out: ${reason}`);
  };
  leaveOut(
    report.bad.map(({ path }) => path),
    "cannot be read.",
  );
  leaveOut(report.unlabelled, "it has no label.");
  leaveOut(report.constant, "one colour throughout.");
  leaveOut(report.contradictions.flat(), "the same pixels have different labels.");
  for (const { kind, parts } of report.leaks) {
    const reason = { group: "its group", copy: "a copy", "look-alike": "a look-alike" }[kind];
    const names = Object.keys(parts);
    const kept = names.includes("test") ? "test" : (names.find((part) => part !== "train") as string); // a leak has two parts at least
    for (const [part, paths] of Object.entries(parts))
      if (part !== kept) for (const path of paths) exclude[path] ??= `${reason} stands in "${kept}" too.`;
  }
  const numLeaks = Object.values(exclude).filter((reason) => reason.endsWith(" too.")).length;
  if (numLeaks > 0)
    done.push(`${numLeaks} left out of their part: their group, a copy or a look-alike stands in test or validation too.`);
  leaveOut(
    report.copies.flatMap((set) => set.filter((path) => !(path in exclude)).slice(1)),
    "a second copy of the same pixels.",
  );
  const [first, ...others] = report.shapes;
  const isMixed = others.some(({ height, width }) => height !== first.height || width !== first.width);
  const colors = new Set(report.shapes.map(({ channels }) => channels >= 3));
  if (isMixed) done.push(`all brought to ${first.height} × ${first.width}, the most frequent shape.`);
  if (colors.size > 1) done.push("grey pictures made RGB, as there are pictures in colour.");
  const numTransparent = report.transparent.filter((path) => !(path in exclude)).length;
  if (numTransparent > 0) done.push(`${numTransparent} transparent picture${numTransparent === 1 ? "" : "s"} laid on black.`);
  return {
    exclude,
    ...(isMixed ? { size: { height: first.height, width: first.width } } : {}),
    ...(colors.size > 1 ? { channels: 3 } : {}),
    ...(numTransparent > 0 ? { background: "black" } : {}),
    done,
  };
}
