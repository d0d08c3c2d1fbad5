/** Work under way at once: enough to keep the decoder's threads busy, little enough to hold in memory. */
const WINDOW = 8;

/** Starts the work for some items ahead and yields the results in the order of the items. */
export async function* inOrder<T, R>(
  items: readonly T[],
  work: (item: T) => Promise<R>,
): AsyncGenerator<{ item: T; index: number; value: R }> {
  const started = new Map<number, Promise<R>>();
  const start = (i: number): void => {
    if (i >= items.length) return;
    const promise = work(items[i]);
    promise.catch(() => {}); // told when its turn comes; until then it must not count as unhandled
    started.set(i, promise);
  };
  for (let i = 0; i < WINDOW; i++) start(i);
  for (const [i, item] of items.entries()) {
    const value = await (started.get(i) as Promise<R>); // begun WINDOW items before
    started.delete(i);
    start(i + WINDOW);
    yield { item, index: i, value };
  }
}
