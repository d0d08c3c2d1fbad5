import { library } from "../../tsup.base.ts";

// A program for Node: the command, its worker thread, and the functions behind them.
export default library(["index", "qgan", "lab-worker"], { platform: "node", dts: { entry: { index: "src/index.ts" } } });
