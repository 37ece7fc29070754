import averageCross from '../../strategies/average-cross.ts';
import bandReturn from '../../strategies/band-return.ts';
import channelBreak from '../../strategies/channel-break.ts';
import regime from '../../strategies/regime.ts';

/** The project's own, as a thread that is not locked may run them. */
export const ownStrategies = {
  'average-cross': averageCross,
  'band-return': bandReturn,
  'channel-break': channelBreak,
  regime,
};
