import type { Timeframe } from '../../../schema/timeframe.ts';

/** Length of a window, s. Stated again here, since the schema's own table would bring zod into the page. */
export const timeframeSeconds: Readonly<Record<Timeframe, number>> = {
  '1min': 60,
  '5min': 300,
  '15min': 900,
  '30min': 1800,
  '1h': 3600,
  '2h': 7200,
  '4h': 14_400,
  '1day': 86_400,
};
