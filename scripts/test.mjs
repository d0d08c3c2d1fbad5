// `npm test`: every test, after whatever set-up a fresh clone lacks. Arguments go to vitest (`npm test -- split`).
import { argv, exit } from "node:process";
import { runBin, setUp } from "./setup.mjs";

setUp();
exit(runBin("vitest", "vitest", ["run", ...argv.slice(2)], { stdout: 1 }));
