import { expect } from "repro-kit";

/** What the directory of a zip says of an entry, as far as it can harm. */
export interface EntryClaim {
  readonly name: string;
  readonly compressedSize: number;
  readonly size: number;
  /** Where its local record begins. */
  readonly offset: number;
  /** Unix mode, from the external attributes; 0 where there is none. */
  readonly mode: number;
}

const FILE_TYPE = 0o170000;
const SYMBOLIC_LINK = 0o120000;
/** More than this is no picture, whatever deflate allows (1032); small entries may be as empty as they like. */
const MAX_RATIO = 1000;
const SMALL = 2 ** 20;
const LOCAL_HEADER = 30;

/**
 * Refuses entries that lead outside the folder they are unpacked into, links, entries that claim to swell more than a thousandfold,
 * and entries that lie over each other.
 *
 * @throws UsageError that names the entry.
 */
export function refuseUnsafe(scope: string, entries: readonly EntryClaim[]): void {
  for (const { name, size, compressedSize, mode } of entries) {
    const fault = faultOfName(name);
    expect(fault === undefined, scope, () => `the zip is unsafe: the name "${shown(name)}" ${fault}.`);
    expect((mode & FILE_TYPE) !== SYMBOLIC_LINK, scope, () => `the zip is unsafe: entry "${shown(name)}" is a symbolic link.`);
    expect(
      size <= SMALL || size <= compressedSize * MAX_RATIO,
      scope,
      () => `the zip is unsafe: entry "${shown(name)}" claims ${size} bytes in ${compressedSize}.`,
    );
  }
  const ordered = [...entries].sort((a, b) => a.offset - b.offset);
  for (let i = 1; i < ordered.length; i++) {
    const before = ordered[i - 1];
    const isApart = ordered[i].offset >= before.offset + LOCAL_HEADER + before.compressedSize;
    expect(isApart, scope, () => `the zip is unsafe: entry "${shown(ordered[i].name)}" lies over "${shown(before.name)}".`);
  }
}

/** What is wrong with a name; undefined for a path that stays below its folder. Backslashes count as slashes, as on Windows. */
function faultOfName(name: string): string | undefined {
  if (name === "") return "is empty";
  if (name.includes("\0")) return "holds a NUL";
  const isDrive = name[1] === ":" && /[A-Za-z]/.test(name[0]);
  if (name[0] === "/" || name[0] === "\\" || isDrive) return "is an absolute path";
  if (name.includes("..") && name.split(/[/\\]/).includes("..")) return "leads out of its folder";
  return undefined;
}

const shown = (name: string): string => name.replaceAll("\0", "\\0").slice(0, 120);
