export { commitFolder, isPartial, removePartials, writeFileAtomic } from "./commit.ts";
