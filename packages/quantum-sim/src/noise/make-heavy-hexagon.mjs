// Writes heavy-hexagon-127.ts: a made-up 127-qubit heavy-hexagon device with typical values (T1 about 270 µs, T2 about 160 µs, ECR errors about
// 0.8 %, readout errors about 1.5 %), drawn from a seeded generator. Run: node packages/quantum-sim/src/noise/make-heavy-hexagon.mjs
// (--print shows what it would write).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { argv, stdout } from "node:process";

let state = 127;
function uniform() {
  state = (state + 0x6d2b79f5) | 0;
  let t = Math.imul(state ^ (state >>> 15), 1 | state);
  t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
  return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
}
const normal = () => Math.sqrt(-2 * Math.log(1 - uniform())) * Math.cos(2 * Math.PI * uniform());
const logNormal = (median, spread) => median * Math.exp(spread * normal());
const round = (value, digits = 4) => Number(value.toPrecision(digits));

// Seven rows of qubits (14, 15 × 5, 14), joined by four bridges between each two rows, alternately shifted.
const rows = [];
let next = 0;
const edges = [];
const bridges = [];
for (let row = 0; row < 7; row++) {
  const columns = row === 0 ? [0, 13] : row === 6 ? [1, 14] : [0, 14];
  const qubits = new Map();
  for (let column = columns[0]; column <= columns[1]; column++) qubits.set(column, next++);
  for (let column = columns[0]; column < columns[1]; column++) edges.push([qubits.get(column), qubits.get(column + 1)]);
  rows.push(qubits);
  if (row < 6) for (let k = 0; k < 4; k++) bridges.push({ row, column: 4 * k + (row % 2 === 0 ? 0 : 2), qubit: next++ });
}
for (const { row, column, qubit } of bridges) {
  edges.push([rows[row].get(column), qubit]);
  edges.push([qubit, rows[row + 1].get(column)]);
}
// Process fidelity of relaxation for a time, and the average gate error of d dimensions that goes with one: no gate can be better.
const relaxation = (timeUs, [t1, t2]) => (1 + Math.exp(-timeUs / t1) + 2 * Math.exp(-timeUs / t2)) / 4;
const leastError = (fidelity, d) => 1.1 * (1 - (d * fidelity + 1) / (d + 1));
const qubits = Array.from({ length: next }, () => {
  const t1 = Math.max(40, logNormal(270, 0.35));
  const t2 = Math.min(1.9 * t1, Math.max(15, logNormal(160, 0.6)));
  const readout = Math.min(0.3, logNormal(0.013, 0.6));
  const sx = Math.max(leastError(relaxation(0.06, [t1, t2]), 2), logNormal(2.3e-4, 0.45));
  return [round(t1), round(t2), round(readout * 0.8), round(readout * 1.2), round(sx)];
});
const pairs = edges.map(([a, b]) => {
  const [driver, target] = uniform() < 0.5 ? [a, b] : [b, a];
  const lengthNs = uniform() < 0.8 ? 533.33 : 660;
  const least = leastError(relaxation(lengthNs / 1000, qubits[a]) * relaxation(lengthNs / 1000, qubits[b]), 4);
  return [driver, target, round(Math.min(0.2, Math.max(least, logNormal(7.5e-3, 0.45)))), lengthNs];
});
const text = `// Written by make-heavy-hexagon.mjs; invented values, not a measurement of any device.

/** [T1 in µs, T2 in µs, P(1|0), P(0|1), error of SX and X] of each qubit, as JSON. */
export const qubitTable =
  "${JSON.stringify(qubits)}";

/** [driver, target, error, length in ns] of each ECR gate, as JSON. */
export const pairTable =
  "${JSON.stringify(pairs)}";
`;
if (argv.includes("--print")) stdout.write(text);
else writeFileSync(join(import.meta.dirname, "heavy-hexagon-127.ts"), text);
