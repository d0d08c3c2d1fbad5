import { UsageError } from "repro-kit";

const SENTENCES: Readonly<Record<string, string>> = {
  ENOSPC: "the disk is full. Free some space and start again; what was saved before is whole",
  EDQUOT: "the disk quota is used up. Free some space and start again; what was saved before is whole",
  EROFS: "it lies on a read-only disk. Choose another folder with --out",
  EACCES: "it may not be read or written. Change its permissions, or choose another with --out",
  EPERM: "it may not be read or written. Change its permissions, or choose another with --out",
  ENOTDIR: "a part of the path is a file, not a folder. Choose another folder",
  EEXIST: "a file of that name stands there. Choose another name",
  EISDIR: "it is a folder, not a file. Give the name of a file",
  ENOENT: "it does not exist. Look at the path",
  EMFILE: "too many files are open. Raise the limit (ulimit -n), or close other programs",
};

/** Turns a failure of the file system that the user can mend into a sentence; gives every other error back as it is. */
export function explainSystemError(error: unknown): unknown {
  if (!(error instanceof Error) || UsageError.isInstance(error)) return error;
  const { code = "", path, syscall } = error as NodeJS.ErrnoException;
  if (code === "ERR_MODULE_NOT_FOUND") return explainMissingModule(error);
  // Without a system call it is no failure of the file system; without a path only a full disk speaks for itself.
  if (syscall === undefined || !(code in SENTENCES) || (path === undefined && code !== "ENOSPC" && code !== "EDQUOT"))
    return error;
  const explained = new UsageError(`[file] ${path === undefined ? "cannot write" : path}: ${SENTENCES[code]}.`);
  explained.cause = error;
  return explained;
}

function explainMissingModule(cause: Error): Error {
  const error = new Error(
    `A part of qgan is not installed or not built (${cause.message}). Run \`npm ci\`, in this repository also \`npm run build\`.`,
  );
  error.name = "InstallError";
  error.cause = cause;
  return error;
}
