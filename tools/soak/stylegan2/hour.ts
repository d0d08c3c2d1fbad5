import { existsSync } from "node:fs";
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { makeDataset, measureRun, readOptionsFile, resumeRun, trainRun } from "qgan-lab";
import { expect } from "repro-kit";
import { writeFileAtomic } from "repro-kit/node";
import type { Soak } from "../soak.ts";

/** What is known after a leg of the run. */
interface Point {
  readonly minutes: number;
  readonly step: number;
  readonly images: number;
  readonly fid: number;
  /** Augmentation probability. */
  readonly p: number;
}

interface HourState {
  readonly run: string;
  readonly points: readonly Point[];
}

/** Most that FID may rise between two points. */
const RISE = 1.1;
/** The end must be under this share of the first point. */
const END = 0.5;
const METRIC = "fid768";

async function readState(path: string): Promise<HourState | undefined> {
  const text = await readFile(path, "utf8").catch(() => undefined); // begins anew
  return text === undefined ? undefined : (JSON.parse(text) as HourState); // our own file, written whole
}

/** p of the last step that was logged. */
async function lastP(run: string): Promise<number> {
  const lines = (await readFile(join(run, "stats.jsonl"), "utf8")).split("\n").filter(Boolean);
  return (JSON.parse(lines.at(-1) ?? "{}") as { values: Record<string, number> }).values["augment/p"] ?? 0;
}

async function makeSkin(shared: string, out: string): Promise<string> {
  const data = join(out, "skin32.zip");
  if (existsSync(data)) return data;
  const source = join(shared, "data", "skin-ham10000");
  await makeDataset({
    source,
    labels: join(source, "labels.csv"),
    classes: ["mel", "nv"],
    group: "lesion_id",
    size: 32,
    out: data,
  });
  return data;
}

export const stylegan2Hour: Soak = {
  name: "stylegan2-hour",
  description:
    "StyleGAN2-ADA at 32×32 on real lesions by class, FID every five minutes; the same folder goes on. <folder> [minutes] [points] [backend] [images] [shared folder]",
  async run([out, minutesText = "60", pointsText = "12", backend = "tensorflow", imagesText = "500", shared = "../shared"]) {
    expect(out, "stylegan2-hour", "give a folder for the run: `npm run soak -- stylegan2-hour <folder>`.");
    if (!existsSync(join(shared, "data", "skin-ham10000"))) return "skipped: no data/skin-ham10000 in the shared folder";
    const [minutes, numPoints, images] = [minutesText, pointsText, imagesText].map(Number);
    await mkdir(out, { recursive: true });
    const data = await makeSkin(shared, resolve(out));
    const inception = resolve(join(shared, "weights", "inception-v3-fid-768.safetensors"));
    const statePath = join(out, "hour.json");
    const known = await readState(statePath);
    let run = known?.run;
    const points: Point[] = [...(known?.points ?? [])];
    while (points.length < numPoints) {
      const until = (minutes * (points.length + 1)) / numPoints;
      const options = { data, out, model: "stylegan2", preset: "small32", cond: true, mirror: true, seed: 1, backend } as const;
      const common = { metrics: false, snapshots: numPoints, keepCheckpoints: 2, gridCount: 64 } as const;
      const result =
        run === undefined ? await trainRun({ ...options, ...common, minutes: until }) : await resumeRun(run, { minutes: until });
      ({ run } = result);
      const { scores } = await measureRun({ run, images, inception, backend, withFloor: points.length === 0 });
      const fid = scores.find(({ metric }) => metric === METRIC);
      expect(fid, "stylegan2-hour", `no ${METRIC} was measured; got ${scores.map(({ metric }) => metric).join(", ")}.`);
      points.push({ minutes: until, step: result.step, images: result.images, fid: fid.value, p: await lastP(run) });
      await writeFileAtomic(statePath, `${JSON.stringify({ run, points }, null, 1)}\n`);
      const { minutes: at, step, p } = points[points.length - 1];
      console.log(`${at.toFixed(1)} min, step ${step}, ${result.images} images: FID ${fid.value.toFixed(2)}, p ${p.toFixed(3)}`);
    }
    if (run === undefined) throw new Error("bug: no run was begun.");
    const { training } = await readOptionsFile(run);
    const summary = judge(points);
    return `${summary.join("; ")}. Batches of ${training.batchSize} on ${training.backend}; look at the lesions in ${run}/fakes*.png`;
  },
};

/** The three demands on the curve. @throws Error that names the one that is not met. */
function judge(points: readonly Point[]): string[] {
  const rises = points.slice(1).map(({ fid }, i) => fid / points[i].fid);
  const worst = Math.max(0, ...rises);
  const [first, last] = [points[0], points[points.length - 1]];
  const facts = [
    `FID ${first.fid.toFixed(2)} at first and ${last.fid.toFixed(2)} in the end (${((100 * last.fid) / first.fid).toFixed(0)} %)`,
    `largest step ×${worst.toFixed(2)}`,
    `p from ${first.p.toFixed(3)} to ${last.p.toFixed(3)}`,
  ];
  const failed = [
    worst > RISE && "FID rises by more than 10 % between two points",
    points.length > 1 && last.fid >= END * first.fid && "the end is not under half of the first point",
    points.every(({ p }) => p === first.p) && "p does not move",
  ].filter(Boolean);
  if (failed.length > 0) throw new Error(`${failed.join("; ")} (${facts.join("; ")})`);
  return facts;
}
