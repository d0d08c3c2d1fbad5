import type { Circuit } from "../circuit.ts";
import type { Call, Engine, FloatArray, Gradients, Precision } from "../executable.ts";
import type { AngleGradients, AngleValues } from "./angle-values.ts";
import { createKernelMemory } from "./kernel-memory.ts";
import { createLaneLayout } from "./lane-layout.ts";
import { createMeasureRunner } from "./measure-runner.ts";
import { createMoments, measuresPhases, pairStages } from "./moments.ts";
import { createProgramRun, scratchStates, type TileAddresses, type WorkSpace } from "./program-run.ts";
import { schedule } from "./schedule.ts";

export interface ProgramEngineOptions {
  readonly count: number;
  readonly sharedInputs: boolean;
  readonly precision: Precision;
  readonly memoryLimitBytes: number;
  /** Whether amplitudes of one sample, not samples, share vectors. */
  readonly byLane: boolean;
}

/** Above this the checkpoints of a whole batch leave the caches, and reading them costs more than computing them again. */
const RETAIN_LIMIT_BYTES = 32 * 2 ** 20;

/** Runs a compiled program: tile by tile, each a few samples that share vectors. See program.md. */
export function createProgramEngine(circuit: Circuit, options: ProgramEngineOptions): Engine {
  const { count, sharedInputs, precision, memoryLimitBytes, byLane } = options;
  const { numInputs, numWeights, observables } = circuit;
  const numOutputs = observables.length;
  const memory = createKernelMemory(precision, memoryLimitBytes);
  const layout = createLaneLayout(memory, circuit.numQubits, byLane);
  const { lanes, stateBytes } = layout;
  const plan = schedule(circuit, { keepLaneFree: byLane });
  const keepPhases = measuresPhases(circuit);
  const moments = createMoments(layout, pairStages(plan, keepPhases), { keepPhases, startsAtZero: !plan.preparation });
  const measure = createMeasureRunner(layout, observables, plan.bitOf);
  const work: WorkSpace = {
    scratch: memory.allocate(scratchStates(layout, moments) * stateBytes),
    bra: 0,
    spareBra: 0,
    spareKet: 0,
  };
  const run = createProgramRun(layout, moments, measure, work, plan.preparation);
  const start = memory.mark();

  const factorBytes = (shared: boolean) =>
    moments.reduce((sum, { free }) => sum + (free?.hasFactors && free.isSampled !== shared ? free.factorBytes : 0), 0);
  const sharedFactorBytes = factorBytes(true);
  const tileFactorBytes = factorBytes(false);
  const factorOffsets = (shared: boolean): number[] => {
    let at = 0;
    return moments.map(({ free }) => {
      const own = at;
      if (free?.hasFactors && free.isSampled !== shared) at += free.factorBytes;
      return own;
    });
  };
  const sharedOffsets = factorOffsets(true);
  const tileOffsets = factorOffsets(false);
  const numTiles = (batch: number) => Math.ceil(batch / lanes);

  /** How the states of a call lie: all of them for a later gradient, those of one tile, or only two. */
  interface Arrangement {
    readonly mode: "retained" | "checkpoints" | "two states";
    /** Whether factors share one place and are made again where they are needed. */
    readonly rebuild: boolean;
    at(c: number, tile: number): TileAddresses;
  }
  /** With amplitudes in the lanes every sample has its own factors. */
  const numShared = (batch: number) => count * (byLane ? numTiles(batch) : 1);
  const retainedBytes = (batch: number) =>
    count * numTiles(batch) * (run.numSlots * stateBytes + tileFactorBytes) + numShared(batch) * sharedFactorBytes;
  const tileBytes = run.numSlots * stateBytes + sharedFactorBytes + tileFactorBytes;
  const fits = (bytes: number) => bytes + start + 3 * stateBytes <= memoryLimitBytes;
  const canRetain = (batch: number) => retainedBytes(batch) <= RETAIN_LIMIT_BYTES && fits(retainedBytes(batch));

  const arrange = (batch: number, keep: boolean, isBackward: boolean): Arrangement => {
    memory.release(start);
    if (isBackward || keep) {
      work.bra = memory.allocate(2 * stateBytes);
      work.spareBra = work.bra + stateBytes;
      work.spareKet = memory.allocate(stateBytes);
    }
    const isRetained = keep && canRetain(batch);
    const mode = isRetained ? "retained" : isBackward && fits(tileBytes) ? "checkpoints" : "two states";
    const rebuild = mode === "two states" && !fits(tileFactorBytes + sharedFactorBytes + 2 * stateBytes);
    const largest = Math.max(0, ...moments.map(({ free }) => free?.factorBytes ?? 0));
    const shared = memory.allocate(rebuild ? largest : (isRetained ? numShared(batch) : 1) * sharedFactorBytes);
    const ownFactors = rebuild ? shared : memory.allocate((isRetained ? count * numTiles(batch) : 1) * tileFactorBytes);
    const numSlots = mode === "two states" ? 2 : run.numSlots;
    const slots = memory.allocate((isRetained ? count * numTiles(batch) : 1) * numSlots * stateBytes);
    return {
      mode,
      rebuild,
      at(c, tile) {
        const place = isRetained ? c * numTiles(batch) + tile : 0;
        const first = slots + place * numSlots * stateBytes;
        const sharedFirst = shared + (byLane ? place : isRetained ? c : 0) * sharedFactorBytes;
        const ownFirst = ownFactors + place * tileFactorBytes;
        return {
          slot: (k) => first + (mode === "two states" ? k % 2 : k) * stateBytes,
          factors: (k) =>
            rebuild ? shared : moments[k].free?.isSampled ? ownFirst + tileOffsets[k] : sharedFirst + sharedOffsets[k],
        };
      },
    };
  };

  const valuesOf = ({ inputs, weights, batch }: Call, c: number, tile: number): AngleValues[] =>
    Array.from({ length: Math.min(lanes, batch - tile * lanes) }, (_, lane) => ({
      weights,
      weightOffset: c * numWeights,
      inputs,
      inputOffset: inputStart(tile * lanes + lane, c),
    }));
  const inputStart = (sample: number, c: number) => (sharedInputs ? sample * numInputs : (sample * count + c) * numInputs);

  let ticket = 0;
  let kept: Arrangement | undefined;

  const eachTile = (
    call: Call,
    visit: (c: number, tile: number, values: readonly AngleValues[], isNewCircuit: boolean) => void,
  ): void => {
    for (let c = 0; c < count; c++)
      for (let tile = 0; tile < numTiles(call.batch); tile++) visit(c, tile, valuesOf(call, c, tile), byLane || tile === 0);
  };
  const readOutputs = (outputs: FloatArray, c: number, tile: number, values: readonly AngleValues[], ket: number): void => {
    measure.sums(ket, work.scratch);
    const norm = run.endScale() ** 2;
    values.forEach((_, lane) => {
      measure.expect(lane, norm, outputs, ((tile * lanes + lane) * count + c) * numOutputs);
    });
  };
  const setCotangents = (cotangent: ArrayLike<number>, c: number, tile: number, present: number): void => {
    for (let lane = 0; lane < lanes; lane++)
      measure.setCotangent(lane, lane < present ? cotangent : undefined, ((tile * lanes + lane) * count + c) * numOutputs);
  };

  return {
    forward(call, outputs, keep) {
      ticket++;
      const arrangement = arrange(call.batch, keep, false);
      kept = arrangement.mode === "retained" ? arrangement : undefined;
      eachTile(call, (c, tile, values, isNewCircuit) => {
        const at = arrangement.at(c, tile);
        run.prepare(values, isNewCircuit);
        if (isNewCircuit && !arrangement.rebuild) run.buildShared(at);
        run.forward(at, arrangement);
        readOutputs(outputs, c, tile, values, at.slot(run.numSlots - 1));
      });
      return kept ? ticket : undefined;
    },
    backward(call, cotangent, gradients: Gradients, wanted) {
      const ready = kept !== undefined && wanted === ticket ? kept : undefined;
      if (!ready) ticket++;
      const arrangement = ready ?? arrange(call.batch, false, true);
      if (!ready) kept = undefined;
      const exact: AngleGradients = {
        weights: new Float64Array(gradients.weights.length),
        inputs: new Float64Array(gradients.inputs.length),
      };
      eachTile(call, (c, tile, values, isNewCircuit) => {
        const at = arrangement.at(c, tile);
        run.prepare(values, isNewCircuit);
        if (!ready) {
          if (isNewCircuit && !arrangement.rebuild) run.buildShared(at);
          run.forward(at, arrangement);
        }
        setCotangents(cotangent, c, tile, values.length);
        run.backward(at, values, exact, { hasCheckpoints: arrangement.mode !== "two states", rebuild: arrangement.rebuild });
      });
      gradients.weights.set(exact.weights);
      gradients.inputs.set(exact.inputs);
    },
  };
}
