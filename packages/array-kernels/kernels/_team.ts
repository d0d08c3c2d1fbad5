// A team: instances of this module on one shared memory, a thread each, that call the same functions with the same arguments. Between
// two barriers each takes tasks by number until there are none left, so that results cannot depend on how many threads there are.

// Control words in shared memory: how many have arrived, how many barriers there were, the next task, the result of a call.
const ARRIVED: usize = 0;
const PHASE: usize = 64;
const NEXT: usize = 128;
const RESULT: usize = 192;

/** Looks at the phase before a thread goes to sleep: some ten microseconds. */
const spins: i32 = 4000;

let size: i32 = 1;
let index: i32 = 0;
let control: usize = 0;
let ownNext: i32 = 0;

/** Bytes of the control words, which must be zero when a team begins. */
export function teamBytes(): i32 {
  return 256;
}

/** This instance is number `member` of `members` on the control words at `words`; alone where `members` is 1. */
export function joinTeam(members: i32, member: i32, words: usize): void {
  size = members;
  index = member;
  control = words;
  ownNext = 0;
}

/** Whether this thread does what is not divided. */
// @ts-ignore: decorator
@inline
export function leads(): bool {
  return index == 0;
}

// @ts-ignore: decorator
@inline
export function memberIndex(): i32 {
  return index;
}

/** The number of the next task since the last barrier, from 0. */
export function takeTask(): i32 {
  if (size == 1) return ownNext++;
  return atomic.add<i32>(control + NEXT, 1);
}

/** Waits until all have come here; tasks then count from 0 again. */
export function barrier(): void {
  if (size == 1) {
    ownNext = 0;
    return;
  }
  const phase = atomic.load<i32>(control + PHASE);
  if (atomic.add<i32>(control + ARRIVED, 1) == size - 1) {
    atomic.store<i32>(control + ARRIVED, 0);
    atomic.store<i32>(control + NEXT, 0);
    atomic.store<i32>(control + PHASE, phase + 1);
    atomic.notify(control + PHASE, -1);
    return;
  }
  for (let i = 0; i < spins; i++) if (atomic.load<i32>(control + PHASE) != phase) return;
  while (atomic.load<i32>(control + PHASE) == phase) atomic.wait<i32>(control + PHASE, phase, -1);
}

/** The leader's `value`, for every member. */
export function agree(value: i32): i32 {
  if (size == 1) return value;
  if (index == 0) atomic.store<i32>(control + RESULT, value);
  barrier();
  const agreed = atomic.load<i32>(control + RESULT);
  barrier();
  return agreed;
}
