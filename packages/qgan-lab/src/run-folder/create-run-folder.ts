import { mkdir, open, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "repro-kit";

const NUMBERED = /^(\d{5})-/;

/**
 * Makes the next numbered folder, `<out>/00003-<name>`. Two processes never get the same number: a number belongs to whom the
 * exclusive creation of its claim file succeeded.
 *
 * @param name - What the run is about; characters that a file name cannot hold become "-".
 * @returns The path of the new, empty folder.
 * @throws UsageError if the folder cannot be made there.
 */
export async function createRunFolder(out: string, name: string): Promise<string> {
  try {
    await mkdir(out, { recursive: true });
    for (let number = await nextNumber(out); ; number++) {
      const digits = String(number).padStart(5, "0");
      const claim = join(out, `.claim-${digits}`);
      if (!(await isClaimed(claim))) continue;
      try {
        // Another process may have used and released this number between our listing and our claim.
        if ((await nextNumber(out)) > number) continue;
        const path = join(out, `${digits}-${name.replace(/[^\w.-]+/g, "-")}`);
        await mkdir(path);
        return path;
      } finally {
        await rm(claim, { force: true });
      }
    }
  } catch (error) {
    throw explainUnwritable(out, error);
  }
}

/** The numbered folders of a folder, oldest first; none if it does not exist. */
export async function listRunFolders(out: string): Promise<string[]> {
  const names = await readdir(out).catch(() => []);
  return names
    .filter((name) => NUMBERED.test(name))
    .sort()
    .map((name) => join(out, name));
}

async function nextNumber(out: string): Promise<number> {
  const numbers = (await readdir(out)).map((name) => Number(NUMBERED.exec(name)?.[1] ?? -1));
  return Math.max(-1, ...numbers) + 1;
}

async function isClaimed(claim: string): Promise<boolean> {
  try {
    await (await open(claim, "wx")).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  }
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: "it may not be written",
  EPERM: "it may not be written",
  EROFS: "it lies on a read-only disk",
  ENOTDIR: "a part of the path is a file, not a folder",
  EEXIST: "a file of that name stands there",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
};

function explainUnwritable(out: string, error: unknown): unknown {
  const reason = REASONS[(error as NodeJS.ErrnoException)?.code ?? ""];
  if (!reason) return error;
  const explained = new UsageError(`[run folder] cannot write into ${out}: ${reason}. Choose another folder with --out.`);
  explained.cause = error;
  return explained;
}
