/** Fields of the control array that the threads share. */
export const WORD = 0;
export const NEXT = 1;
export const NUM_CALLS = 2;
export const NUM_VALUES = 3;
export const KERNEL = 4;
export const NUM_READY = 5;
export const FAILED = 6;
export const CONTROL_LENGTH = 8;

/** The word: threads at work in the low bits, then whether the job is open to more, then the job's number. */
export const ACTIVE_MASK = 0x1ff;
export const OPEN_BIT = 0x200;
export const JOB_SHIFT = 10;

/** Looks at the word before a thread goes to sleep: some ten microseconds. */
const SPINS = 3000;

/**
 * What a thread of the team runs, as text: it imports nothing. It joins a job by raising the number of threads at work while the job
 * is open, takes calls by number until there are no more, and leaves; whoever wakes too late is not waited for.
 */
export const workerSource = `
const { modules, memory, control, calls, index } = process.getBuiltinModule("node:worker_threads").workerData;
const kernels = {};
for (const module of modules) Object.assign(kernels, new WebAssembly.Instance(module, { env: { memory } }).exports);
const names = Object.keys(kernels).sort();
Atomics.add(control, ${NUM_READY}, 1);
let seen = 0;
for (let spins = 0; ; ) {
  const word = Atomics.load(control, ${WORD});
  const job = word >>> ${JOB_SHIFT};
  if (job === seen || (word & ${OPEN_BIT}) === 0) {
    if (++spins > ${SPINS}) Atomics.wait(control, ${WORD}, word);
    continue;
  }
  if (Atomics.compareExchange(control, ${WORD}, word, word + 1) !== word) continue;
  spins = 0;
  seen = job;
  try {
    const kernel = kernels[names[control[${KERNEL}]]];
    const numValues = control[${NUM_VALUES}];
    const numCalls = control[${NUM_CALLS}];
    for (let i = Atomics.add(control, ${NEXT}, 1); i < numCalls; i = Atomics.add(control, ${NEXT}, 1))
      kernel(...calls.subarray(i * numValues, (i + 1) * numValues), index);
  } catch {
    Atomics.store(control, ${FAILED}, 1);
  }
  Atomics.sub(control, ${WORD}, 1);
  Atomics.notify(control, ${WORD});
}
`;
