import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Timeframe } from '../../schema/timeframe.ts';
import { timeframeMs } from '../../schema/timeframe.ts';
import type { Decision } from '../../schema/signal.ts';
import { callingCandles } from './calling-candles.ts';
import type { RunningServer } from './server.ts';
import { sleep } from './world.ts';

/** What became of a posted close. */
export interface PostedAnswer {
  readonly signal_id: string | null;
  readonly signal_changed: boolean;
  readonly repeated: boolean;
  readonly assignment: string;
  readonly decision: Decision;
}

/** A folder of strategies of an operator, and the file that assigns them. */
export async function savedStrategies(...assignments: readonly object[]) {
  const folder = await mkdtemp(join(tmpdir(), 'anso-saved-strategies-'));
  const dir = join(folder, 'strategies');
  const file = join(folder, 'strategies.json');
  await mkdir(dir);
  const everywhere = { symbols: ['*'], timeframes: ['*'], mode: 'shadow' };
  await writeFile(
    file,
    JSON.stringify({ assignments: assignments.map((one) => Object.assign({}, everywhere, one)) }),
  );
  return {
    environment: { STRATEGIES_FILE: file, STRATEGIES_DIR: dir },
    /** In one step, as editors do. */
    save: async (name: string, text: string): Promise<void> => {
      await writeFile(join(dir, `${name}.saving`), text);
      await rename(join(dir, `${name}.saving`), join(dir, `${name}.ts`));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** A rule that always calls a side, with levels and an end that are not reached: while the machine is busy no other close may be decided for hundreds of bars. */
export const calling = (side: 'BUY' | 'SELL', reason: string): string => {
  const [stop, target] = side === 'BUY' ? [0.7, 1.45] : [1.3, 0.55];
  return `import { strategy } from 'anso-vision/strategy';
export default strategy({
  about: 'A rule of the tests.',
  needs: { own: 250 },
  decide({ own }) {
    const close = own.close.at(-1)!;
    return { action: '${side}', stop: close * ${stop}, target: close * ${target}, horizonBars: 1000, reason: '${reason}' };
  },
});
`;
};

/**
 * Posts a close of a symbol that only posts bring, later by so many bars; again where the server has too much to do. Rejects where it is gone.
 * Answers how often it was posted, too.
 */
export async function postLater(
  server: RunningServer,
  symbol: string,
  bars: number,
  timeframe: Timeframe = '1h',
): Promise<PostedAnswer & { readonly posts: number }> {
  const shift = (bars * timeframeMs[timeframe]) / 1000;
  const candles = callingCandles(timeframe).map((candle) =>
    Object.assign({}, candle, { time: candle.time + shift }),
  );
  const body = JSON.stringify({ symbol, timeframe, candles });
  for (let posts = 1; ; posts++) {
    const response = await fetch(`${server.url}/api/candle-complete`, {
      method: 'POST',
      headers: { ...server.key, 'content-type': 'application/json' },
      body,
      signal: AbortSignal.timeout(60_000),
    });
    const answer = (await response.json()) as PostedAnswer & { readonly error?: string };
    if (answer.decision !== undefined) return { ...answer, posts };
    // Busy, or too many at once.
    if (![429, 503].includes(response.status) || posts > 20)
      throw new Error(`${symbol} ${bars}: ${response.status} ${JSON.stringify(answer).slice(0, 300)}`);
    await sleep(200);
  }
}
