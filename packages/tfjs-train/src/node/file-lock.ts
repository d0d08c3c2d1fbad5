import { open, readFile, rm } from "node:fs/promises";

/**
 * Takes a lock file that holds the process's number; one that a dead process left is taken over.
 *
 * @returns What gives it back, or undefined where another has it.
 */
export async function takeLock(path: string): Promise<(() => Promise<void>) | undefined> {
  for (let attempt = 0; attempt < 2; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      return () => rm(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
      if (await isHeld(path)) return undefined;
      await rm(path, { force: true });
    }
  }
  return undefined;
}

async function isHeld(path: string): Promise<boolean> {
  const text = await readFile(path, "utf8").catch(() => undefined); // given back meanwhile
  if (text === undefined) return false;
  const holder = Number(text);
  if (!Number.isSafeInteger(holder) || holder <= 0) return true; // it is being written this moment
  try {
    process.kill(holder, 0); // asks only
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM"; // another user's process is one
  }
}
