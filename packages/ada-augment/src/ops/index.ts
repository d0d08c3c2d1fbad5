import type { AugmentOpKind } from "../op.ts";
import { brightness } from "./brightness.ts";
import { contrast } from "./contrast.ts";
import { cutout } from "./cutout.ts";
import { integerTranslation } from "./integer-translation.ts";
import { xFlip } from "./x-flip.ts";

/** The built-in ops. A new op is one file and one line here. */
export const builtinOps: readonly AugmentOpKind[] = [
  { name: "x-flip", create: xFlip },
  { name: "integer-translation", create: integerTranslation },
  { name: "brightness", create: brightness },
  { name: "contrast", create: contrast },
  { name: "cutout", create: cutout },
];
