import { expect, test } from "vitest";
import { formatMetricLine, parseMetricLines } from "./metric-line.ts";

/** As stylegan2-ada-pytorch writes it. */
const NVIDIA =
  '{"results": {"fid50k_full": 12.3456}, "metric": "fid50k_full", "total_time": 83.2, "total_time_str": "1m 23s", ' +
  '"num_gpus": 1, "snapshot_pkl": "network-snapshot-000200.pkl", "timestamp": 1603000000.25}';

test("a line has the fields of the StyleGAN tools, in their order, and reads back", () => {
  const [line] = parseMetricLines(`${NVIDIA}\n\n`);
  expect(line).toEqual({
    metric: "fid50k_full",
    results: { fid50k_full: 12.3456 },
    seconds: 83.2,
    snapshot: "network-snapshot-000200.pkl",
    timestamp: 1603000000.25,
  });
  const text = formatMetricLine(line);
  expect(text).toBe(JSON.stringify(JSON.parse(NVIDIA)));
  expect(parseMetricLines(text)).toEqual([line]);
});

test.each([
  [0.5, "0s"],
  [59.4, "59s"],
  [62, "1m 02s"],
  [3723, "1h 02m 03s"],
  [93784, "1d 02h 03m"],
])("%d seconds are %s", (seconds, text) => {
  const line = formatMetricLine({ metric: "kid", results: { kid: 1 }, seconds, snapshot: null, timestamp: 0 });
  expect(JSON.parse(line).total_time_str).toBe(text);
});

test("NaN is not written; a line that is none is named", () => {
  const line = { metric: "kid", results: { kid: Number.NaN }, seconds: 1, snapshot: null, timestamp: 0 };
  expect(() => formatMetricLine(line)).toThrow("results must be finite; got NaN for kid");
  expect(() => formatMetricLine({ ...line, results: {} })).toThrow("kid has no result");
  expect(() => parseMetricLines(`${NVIDIA}\n{"results": `)).toThrow("line 2 is not JSON");
  expect(() => parseMetricLines('{"metric": "fid", "value": 3}')).toThrow("line 1 holds no metric with its results");
});
