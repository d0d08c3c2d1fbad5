import { expect, test } from "vitest";
import { checkProvenance } from "./provenance.ts";

const dcgan = { model: "dcgan", checkpoint: "checkpoint-00000100", seeds: "0-9", trainedOn: [0, 2, 4] };

test("a generator that saw the training part only passes; one that saw others is refused with all of them", () => {
  checkProvenance("sweep", [dcgan], [4, 3, 2, 1, 0]);
  checkProvenance("sweep", [], []);
  const many = { ...dcgan, model: "hybridq", trainedOn: Array.from({ length: 30 }, (_, i) => i) };
  try {
    checkProvenance("sweep", [dcgan, many], [0, 1, 2]);
    expect.unreachable();
  } catch (error) {
    expect((error as Error).message).toContain(
      "dcgan (checkpoint-00000100) was trained on 1 images outside the training part: 4;",
    );
    expect((error as Error).message).toMatch(/hybridq .* 27 images outside the training part: 3, 4, .*, 29\. Train it on/);
    expect(error).toMatchObject({ offending: Array.from({ length: 27 }, (_, i) => i + 3) });
  }
});
