export { commitFile, commitFolder, isPartial, removePartials, writeFileAtomic } from "./commit.ts";
