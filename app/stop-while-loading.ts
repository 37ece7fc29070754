const signals = ['SIGTERM', 'SIGINT', 'SIGHUP'] as const;
const leave = () => process.exit(0);

/** Until `runUntilStopped` takes over nothing is open: a signal ends the process at once, and well. */
export function stopWhileLoading(): void {
  for (const signal of signals) process.on(signal, leave);
}

/** Gives each signal to `onSignal` from now on. */
export function takeOverSignals(onSignal: (signal: NodeJS.Signals) => void): void {
  for (const signal of signals) process.on(signal, onSignal).off(signal, leave);
}
