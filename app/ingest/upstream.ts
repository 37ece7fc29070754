import { networkReason } from '../../schema/outside/network-reason.ts';
import { openProvider, type Provider } from '../../streams/provider/open-provider.ts';
import type { Analysis } from './analysis.ts';
import type { Context } from '../context.ts';
import { visitorsOf } from '../visitors.ts';

/** The configured provider, with what is logged and counted of it. */
export function openUpstream(context: Context, { isOpen, spreads }: Analysis): Provider {
  const { config, log, metrics, achieved, instruments, markets, services, own } = context;
  const { time, steady, wall, random, scrub } = context;
  const { isConfigured } = visitorsOf(config);
  return own(
    openProvider({
      service: services.provider,
      credits: services.credits,
      time,
      steady,
      timeOfDay: () => wall.now(),
      random,
      watched: {
        always: config.SYMBOLS,
        max: config.MAX_SYMBOLS,
        // A signal is followed to its end, whoever has left.
        isNeeded: (symbol) => isOpen(symbol),
      },
      // What strangers look at takes nothing from what followers get.
      isGuest: (symbol) => !isConfigured(symbol) && !isOpen(symbol),
      instruments,
      isMarketOpen: markets.owesPrices,
      staleMs: config.TICK_STALE_MS,
      spreads,
      scrub,
      onAway: (isAway) => {
        if (isAway) log.warn("the provider's REST does not answer; gaps wait until it does");
        else log.info("the provider's REST answers again");
      },
      onUseful: () => {
        achieved.did('rest');
        Object.assign(achieved.rest, { failures: 0, lastFailure: undefined });
      },
      onUseless: ({ message }) =>
        Object.assign(achieved.rest, { failures: achieved.rest.failures + 1, lastFailure: message }),
      onSpoilt: ({ symbol, interval: timeframe }, spoilt) => {
        metrics.restBarsSpoilt.inc({ timeframe }, spoilt.length);
        log.warn(
          { symbol, timeframe, count: spoilt.length, first: spoilt[0]?.why },
          'REST gave bars that cannot be true: left out',
        );
      },
      onSkipped: ({ kind, sample, count }) => {
        metrics.framesSkipped.inc({ kind });
        if (count === 1) log.warn({ kind, sample }, 'the provider sent a frame that makes no sense: skipped');
      },
      onRejected: (reason) => {
        metrics.ticksRejected.inc({ reason });
        achieved.ticks.add(reason);
      },
      onLag: (symbol, lagMs) => metrics.feedLag.set({ symbol }, lagMs / 1000),
      onKeyRefused: (error) =>
        log.error(
          { reason: networkReason(error) },
          'the provider refuses the key: correct TWELVEDATA_API_KEY and start again; until then there are no live prices',
        ),
    }),
  );
}
