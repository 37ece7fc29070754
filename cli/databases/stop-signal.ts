/** Aborted by SIGINT, SIGTERM or SIGHUP: for commands that have something to put in order first. A second signal ends them at once. */
export function stopSignal(): AbortSignal {
  const aborted = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(name, () => aborted.abort());
  return aborted.signal;
}
