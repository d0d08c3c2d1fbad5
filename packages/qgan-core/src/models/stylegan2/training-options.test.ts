import { describe, expect, test } from "vitest";
import { parseStyleGan2Arguments } from "./training-arguments.ts";
import { planStyleGan2Training, type TrainingSetFacts } from "./training-options.ts";

const images: TrainingSetFacts = { name: "skin", resolution: 64, numImages: 500, hasLabels: true };
const plan = (...args: string[]) =>
  planStyleGan2Training(parseStyleGan2Arguments(["--data=skin.zip", "--outdir=out", ...args]), images);

test("without options: the reference's auto configuration of 64×64 images", () => {
  const { trainingOptions, summary } = plan("-n");
  expect(trainingOptions).toMatchObject({
    batch_size: 32,
    batch_gpu: 32,
    ema_kimg: 10,
    ema_rampup: 0.05,
    ada_target: 0.6,
    loss_kwargs: { r1_gamma: (0.0002 * 64 ** 2) / 32 },
    G_kwargs: { mapping_kwargs: { num_layers: 2 }, synthesis_kwargs: { channel_base: 16384 } },
    run_dir: "out/00000-skin-auto1",
  });
  expect(summary).toContain("Training duration:  25000 kimg\n");
  expect(summary.endsWith("\nDry run; exiting.\n")).toBe(true);
});

test("what this program adds comes after the reference's configuration", () => {
  const { trainingOptions } = plan(
    "--epochs",
    "8",
    "--glr=0.001",
    "--dlr=0.002",
    "--clip=5",
    "--dsteps=2",
    "--mirrory=1",
    "--microbatch=8",
  );
  expect(trainingOptions).toMatchObject({
    total_kimg: 4,
    G_opt_kwargs: { lr: 0.001 },
    D_opt_kwargs: { lr: 0.002 },
    training_set_kwargs: { yflip: true },
    run_dir: "out/00000-skin-mirrory-auto1-epochs8",
  });
  expect(Object.keys(trainingOptions).slice(-3)).toEqual(["clip_gradients", "d_steps", "micro_batch"]);
});

test("the run is called after what was asked for, numbers as C's %g writes them", () => {
  const name = (...args: string[]) => String(plan(...args).trainingOptions.run_dir);
  expect(name("--gamma=0.00001", "--cond=yes")).toBe("out/00000-skin-cond-auto1-gamma1e-05");
  expect(name("--gamma=1234567")).toBe("out/00000-skin-auto1-gamma1.23457e+06");
  expect(name("--gamma=0.12345678", "--aug=ada")).toBe("out/00000-skin-auto1-gamma0.123457-ada");
  expect(name("--init-from=run/x.pkl", "--freezed=4")).toBe("out/00000-skin-auto1-resumecustom-freezed4");
});

describe("refused", () => {
  test.each<[string[], string]>([
    [["--gpus=3"], "--gpus must be a power of two"],
    [["--p=0.5"], "--p can only be specified with --aug=fixed"],
    [["--aug=fixed", "--p=1.5"], "--p must be between 0 and 1"],
    [["--subset=501"], "--subset must be between 1 and 500"],
    [["--epochs=2", "--kimg=3"], "give one of them"],
    [["--clip=0"], "--clip must be above 0"],
    [["--gama=1"], "No such option '--gama'; "],
    [["--gamma"], "Option '--gamma' requires an argument."],
    [["--kimg=1.5"], "'1.5' is not a valid integer."],
    [["--cond=maybe"], "'maybe' is not a valid boolean."],
    [["extra"], "Got unexpected extra argument (extra)"],
  ])("%j", (args, message) => {
    expect(() => plan(...args)).toThrow(message);
  });

  test("classes without labels", () => {
    const options = parseStyleGan2Arguments(["--data=a.zip", "--outdir=b", "--cond=1"]);
    expect(() => planStyleGan2Training(options, { ...images, hasLabels: false })).toThrow("--cond=True requires labels");
  });

  test("no data, no folder", () => {
    expect(() => parseStyleGan2Arguments(["--outdir=b"])).toThrow("Missing option '--data'.");
    expect(() => parseStyleGan2Arguments(["--data=a"])).toThrow("Missing option '--outdir'.");
  });
});
