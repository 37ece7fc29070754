import { filter, lastValueFrom, toArray } from 'rxjs';
import type { MarketTick } from '../simulator/market/market.ts';
import { toProviderSymbol } from '../streams/provider/provider-symbol.ts';
import { isTick, replay } from '../streams/recording/replay.ts';
import { CommandError } from './command.ts';

/** The ticks of a recording as the simulator takes them: by the provider's symbol. */
export async function recordedMarket(folder: string): Promise<Map<string, MarketTick[]>> {
  const ticks = await lastValueFrom(replay({ folder }).pipe(filter(isTick), toArray()));
  if (ticks.length === 0) throw new CommandError(`no tick is recorded in ${folder}`);
  const bySymbol = Map.groupBy(ticks, ({ symbol }) => toProviderSymbol(symbol));
  return new Map(
    [...bySymbol].map(([symbol, own]) => [
      symbol,
      own.map(({ eventTime, price, bid, ask, dayVolume }) => ({
        time: eventTime,
        price,
        ...(bid !== undefined && { bid }),
        ...(ask !== undefined && { ask }),
        ...(dayVolume !== undefined && { dayVolume }),
      })),
    ]),
  );
}
