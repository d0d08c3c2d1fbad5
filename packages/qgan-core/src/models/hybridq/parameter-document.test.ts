import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createModel } from "../create-model.ts";
import { parameterTable } from "../parameter-table.ts";

const document = join(import.meta.dirname, "..", "..", "..", "..", "..", "docs", "papers", "hybridq.md");

/** The columns of the table in docs/papers/hybridq.md. */
const columns: readonly [string, string, object][] = [
  ["A image", "hybridq", { latentFusion: "image", decoder: "dense" }],
  ["B latent", "hybridq", { latentFusion: "latent", decoder: "dense" }],
  ["C both", "hybridq", { latentFusion: "both", decoder: "dense" }],
  ["A, conv. decoder", "hybridq", { latentFusion: "image", decoder: "convolutional" }],
  ["B, conv. decoder", "hybridq", { latentFusion: "latent", decoder: "convolutional" }],
  ["C, conv. decoder", "hybridq", { latentFusion: "both", decoder: "convolutional" }],
  ["control, B", "hybridq-classical", { latentFusion: "latent", decoder: "dense" }],
  ["DCGAN", "dcgan", {}],
];

test("the parameter table of docs/papers/hybridq.md is what parameterTable counts", async () => {
  const tables = columns.map(([, model, options]) => parameterTable(createModel(model, { options })));
  const layers = [...new Set(tables.flatMap(({ rows }) => rows.map(({ layer }) => layer)))].sort((a, b) => order(a) - order(b));
  const format = (count: number | undefined): string =>
    count === undefined ? "" : count.toLocaleString("en-US").replaceAll(",", " ");
  const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const expected = [
    line(["layer", ...columns.map(([name]) => name)]),
    `|---|${columns.map(() => "---:|").join("")}`,
    ...layers.map((layer) =>
      line([`\`${layer}\``, ...tables.map(({ rows }) => format(rows.find((row) => row.layer === layer)?.count))]),
    ),
    line(["**in all**", ...tables.map(({ total }) => `**${format(total)}**`)]),
  ].join("\n");
  expect(await readFile(document, "utf8")).toContain(expected);
});

/** Encoder, group, decoder, latent discriminator, then the image networks, each in its own order. */
function order(layer: string): number {
  const groups = ["encoder", "quantum", "mlp", "decoder", "latent_discriminator", "generator", "discriminator"];
  const [group, second = ""] = layer.split(".");
  const level = second === "dense" ? -1 : Number.isNaN(Number(second)) ? 50 : Number(second);
  const isEncoderConv = layer === "encoder.conv";
  return groups.indexOf(group) * 1000 + (isEncoderConv ? -2 : level) * 10 + (layer.endsWith("norm") ? 1 : 0);
}
