import { runSuite } from "../../../tools/golden/run-suite.ts";
import { optim } from "../../../tools/golden/kinds/optim.ts";
import { noCases } from "../../../tools/golden/kinds/no-cases.ts";
console.log(await runSuite({ suite: "eval/optim", root: "/work/shared/golden", shared: "/work/shared", kinds: [noCases, optim], print: console.log }));
process.exit(0);
