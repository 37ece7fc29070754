import type { Simulator } from '../../simulator/start-simulator.ts';

/** Addresses and keys of the simulator in place of the provider, the calendar and the community platform. */
export const simulatorServices = ({ urls, keys }: Pick<Simulator, 'urls' | 'keys'>) => ({
  TWELVEDATA_API_KEY: keys.provider,
  TWELVEDATA_WS_URL: urls.wsUrl,
  TWELVEDATA_REST_URL: urls.restUrl,
  CALENDAR_URL: urls.calendarUrl,
  COMMUNITY_TRADING_URL: urls.communityUrl,
  COMMUNITY_API_KEY: keys.community,
});

/** The settings of a server on the simulator that watches BTC/USD, which trades on every day, without rate limits. */
export const simulatorEnvironment = (simulator: Pick<Simulator, 'urls' | 'keys'>) => ({
  ...simulatorServices(simulator),
  TWELVEDATA_CREDITS_PER_MINUTE: '1000000',
  TWELVEDATA_CREDITS_PER_DAY: '1000000',
  COMMUNITY_RATE_PER_MINUTE: '1000000',
  SYMBOLS: 'BTC/USD',
  TIMEFRAMES: '1min,5min,1h',
});
