import { describe, expect, test } from "vitest";
import { checkEmbedding } from "../testing.ts";
import { angleEmbedding, embeddings } from "./index.ts";

describe.each([...embeddings])("embedding $name", (embedding) => {
  test.each([1, 4])("keeps the embedding contract on %i qubits", (numQubits) => {
    checkEmbedding(embedding, { numQubits });
  });
});

test("names tell the rotations in their order", () => {
  expect(embeddings.names()).toContain("angle-ry-rx");
  expect(angleEmbedding(["RY", "RX"]).name).toBe("angle-ry-rx");
});

test("a wrong number of features is caught", () => {
  expect(() => checkEmbedding({ ...angleEmbedding(["RX"]), numFeatures: () => 5 })).toThrow(
    "[angle-rx] uses 3 of 5 declared features.",
  );
});
