import { createModel } from "qgan-core";
import type { Deviation, GoldenKind } from "../golden-kind.ts";
import { checkState, type StateLists, specsOf } from "./stylegan2-networks.ts";

/** Names and shapes of a pair of networks at a size that is trained in earnest, without weights. */
interface StateTable {
  readonly resolution: number;
  /** Width, as a share of the paper's. */
  readonly fmaps: number;
  /** Mapping layers. */
  readonly map: number;
  readonly c_dim: number;
  readonly num_ws: number;
  readonly G: StateLists;
  readonly D: StateLists;
}

const FIELDS = ["resolution", "fmaps", "map", "c_dim", "num_ws", "G", "D"];
const isTable = (one: unknown): one is StateTable =>
  typeof one === "object" && one !== null && FIELDS.every((field) => field in one);

function check({ resolution, fmaps, map, c_dim, G, D }: StateTable): Deviation[] {
  const { parameters } = createModel("stylegan2", {
    options: { imageSize: resolution, channelBase: fmaps * 32768, mappingLayers: map, labelSize: c_dim },
  });
  const specs = specsOf(parameters);
  const of = (network: string) =>
    specs
      .filter(({ name }) => name.startsWith(`${network}.`))
      .map((spec) => ({ ...spec, name: spec.name.slice(network.length + 1) }));
  return [...checkState(of("G"), G), ...checkState(of("D"), D)];
}

/** The model's state names and shapes against the reference's at full size: what a snapshot leaves with. */
export const stylegan2StateTables: GoldenKind = {
  name: "stylegan2-state-tables",
  find: ({ files }) =>
    files.flatMap((file) => {
      const tables = (file.json as { tables?: unknown } | undefined)?.tables;
      if (!Array.isArray(tables) || tables.length === 0 || !tables.every(isTable)) return [];
      const cases = tables.map((one) => ({
        name: `${one.resolution} px, ${one.fmaps} of the width, ${one.c_dim} classes`,
        check: () => check(one),
      }));
      return [{ files: [file], cases }];
    }),
};
