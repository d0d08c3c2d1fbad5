import { expect, test } from "vitest";
import type { Fact } from "../facts.ts";
import { shareOneLine } from "./one-line.ts";

test("the second computation shows its progress when the first has ended, and everything else at once", () => {
  const seen: string[] = [];
  const onFact = (fact: Fact): void =>
    void seen.push(fact.kind === "note" ? fact.text : fact.kind === "progress" ? fact.part : fact.kind);
  const { first, second, firstEnded } = shareOneLine({ onFact });
  const progress = (part: string): Fact => ({ kind: "progress", part });
  first.onFact?.(progress("measuring"));
  second.onFact?.(progress("hidden"));
  second.onFact?.({ kind: "note", text: "a note" });
  firstEnded();
  second.onFact?.(progress("classifying"));
  expect(seen).toEqual(["measuring", "a note", "classifying"]);
});
