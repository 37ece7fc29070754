import { SymbolUnavailableError } from './symbol-unavailable.ts';

/** Which actors are restored and receive what is sent to them, and who waits for one. */
export interface AwaitedStarts {
  readonly isRunning: (symbol: string) => boolean;
  /** Resolves when it is; rejects with SymbolUnavailableError where it stops or is forgotten instead. */
  readonly started: (symbol: string) => Promise<void>;
  readonly start: (symbol: string) => void;
  /** It will start again: what it is sent before is lost. */
  readonly pause: (symbol: string) => void;
  /** It failed too often. */
  readonly stop: (symbol: string, reason: string) => void;
  readonly forget: (symbol: string) => void;
  /** Why each stopped symbol stands still. */
  readonly stopped: ReadonlyMap<string, string>;
}

export function createAwaitedStarts(): AwaitedStarts {
  const running = new Set<string>();
  const waiting = new Map<string, PromiseWithResolvers<void>>();
  const stopped = new Map<string, string>();
  const refuse = (symbol: string, why: string) => {
    running.delete(symbol);
    waiting.get(symbol)?.reject(new SymbolUnavailableError(`${symbol} ${why}`));
    waiting.delete(symbol);
  };
  return {
    isRunning: (symbol) => running.has(symbol),
    started: (symbol) => {
      if (running.has(symbol)) return Promise.resolve();
      const reason = stopped.get(symbol);
      if (reason !== undefined)
        return Promise.reject(new SymbolUnavailableError(`${symbol} stands still: ${reason}`));
      const waiter = waiting.get(symbol) ?? Promise.withResolvers<void>();
      waiting.set(symbol, waiter);
      return waiter.promise;
    },
    start: (symbol) => {
      running.add(symbol);
      waiting.get(symbol)?.resolve();
      waiting.delete(symbol);
    },
    pause: (symbol) => void running.delete(symbol),
    stop: (symbol, reason) => {
      stopped.set(symbol, reason);
      refuse(symbol, `stands still: ${reason}`);
    },
    forget: (symbol) => {
      refuse(symbol, 'is watched no more');
      stopped.delete(symbol);
    },
    stopped,
  };
}
