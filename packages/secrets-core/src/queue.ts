/** Runs tasks one after the other, in the order they were given; a failed one does not hold up the next. */
export function createQueue(): <T>(task: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const result = last.then(task, task);
    last = result.catch(() => undefined);
    return result;
  };
}

/** Runs a task for whoever asks; all that ask while it runs get one further run together. */
export function shareRuns(task: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  let next: Promise<void> | undefined;
  function run(): Promise<void> {
    next = undefined;
    const mine = task().finally(() => {
      if (running === mine) running = undefined;
    });
    running = mine;
    return mine;
  }
  return () => {
    if (!running) return run();
    next ??= running.then(run, run);
    return next;
  };
}
