/** What the check knows of an image when it looks for leaks. */
export interface PlacedImage {
  readonly path: string;
  /** The part that it belongs to: "train", "test" … */
  readonly split?: string;
  /** The patient, the lesion. */
  readonly group?: string;
}

/** A group, or a picture and its copies, that stands in several parts of a split. */
export interface Leak {
  readonly kind: "group" | "copy" | "look-alike";
  /** Name of the group, or of the first image. */
  readonly name: string;
  /** Paths by part. */
  readonly parts: Readonly<Record<string, readonly string[]>>;
}

const FOLDERS: readonly (readonly [RegExp, string])[] = [
  [/^train(ing)?([_-]?set)?$/i, "train"],
  [/^(val|valid|validation|dev)([_-]?set)?$/i, "validation"],
  [/^test(ing)?([_-]?set)?$/i, "test"],
];

/** The part of a published set that an image lies in, by the folders above it; undefined where none is named so. */
export function splitOfPath(path: string): string | undefined {
  for (const folder of path.split("/").slice(0, -1)) for (const [pattern, name] of FOLDERS) if (pattern.test(folder)) return name;
  return undefined;
}

/** Groups that stand in more than one part, by name. */
export function findGroupLeaks(images: readonly PlacedImage[]): Leak[] {
  const groups = new Map<string, PlacedImage[]>();
  for (const image of images) {
    if (image.group === undefined || image.group === "" || image.split === undefined) continue;
    const members = groups.get(image.group);
    if (members) members.push(image);
    else groups.set(image.group, [image]);
  }
  return [...groups].flatMap(([name, members]) => leakOf("group", name, members)).sort(byName);
}

/** Copies (or look-alikes) that stand in more than one part. */
export function findCopyLeaks(kind: "copy" | "look-alike", sets: readonly (readonly PlacedImage[])[]): Leak[] {
  return sets.flatMap((members) => leakOf(kind, members[0].path, members));
}

function leakOf(kind: Leak["kind"], name: string, members: readonly PlacedImage[]): Leak[] {
  const parts: Record<string, string[]> = {};
  for (const { split, path } of members) {
    if (split === undefined) continue;
    parts[split] ??= [];
    parts[split].push(path);
  }
  return Object.keys(parts).length > 1 ? [{ kind, name, parts }] : [];
}

const byName = (a: Leak, b: Leak): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
