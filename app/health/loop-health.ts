import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { HealthSource } from './health.ts';
import { limits } from './limits.ts';

const windowMs = 10_000;
const resolutionMs = 10;

/** How long what is due waits for the processor, over the last ten seconds. */
export function loopHealth(): HealthSource & { readonly close: () => void } {
  const delay = monitorEventLoopDelay({ resolution: resolutionMs });
  delay.enable();
  let p99 = 0;
  const timer = setInterval(() => {
    p99 = Math.max(0, delay.percentile(99) / 1e6 - resolutionMs);
    delay.reset();
  }, windowMs);
  return {
    parts: () => {
      const delayMs = Math.round(p99);
      return {
        loop:
          p99 > limits.loopDelayMs
            ? {
                state: 'degraded',
                reason: `prices wait up to ${delayMs} ms for the processor`,
                delay_ms: delayMs,
              }
            : { state: 'ok', delay_ms: delayMs },
      };
    },
    reasons: () => [],
    close: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}
