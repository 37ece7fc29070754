import { type BackendFeed, backendFeed } from '../../sinks/backend-feed.ts';
import type { Context } from '../context.ts';

/** The other analyser that closed candles are sent to, where one is configured. */
export function openBackend({ config, log, own }: Context): BackendFeed | undefined {
  if (config.BACKEND_URL === undefined) return undefined;
  return own(
    backendFeed({
      url: config.BACKEND_URL.reveal(),
      apiKey: config.BACKEND_API_KEY?.reveal(),
      onFailure: (error, close) =>
        log.warn(
          { reason: error instanceof Error ? error.message : String(error), ...close },
          'the analyser did not take a candle',
        ),
    }),
  );
}
