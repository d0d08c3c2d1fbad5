import { library } from "../../tsup.base.ts";

export default library(["index", "tfjs", "noise", "hardware", "qasm", "draw", "gradients", "measurements", "testing"]);
