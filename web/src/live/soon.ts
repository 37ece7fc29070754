export interface Soon {
  readonly run: () => void;
  readonly cancel: () => void;
}

/** Calls `work` once it has been `ms` since the last `run`. */
export function soon(ms: number, work: () => void): Soon {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return {
    run: () => {
      clearTimeout(timer);
      timer = setTimeout(work, ms);
    },
    cancel: () => clearTimeout(timer),
  };
}
