import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CheckReport } from '../../../strategy/checks/check-report.ts';
import { checkLoaded } from '../../../workers/strategies/check-loaded.ts';
import { loadStrategy } from '../../../workers/strategies/load-strategy.ts';
import { strategyFolder, strategyText } from './strategy-folder.ts';

const limits = { decisionMs: 100, loadMs: 2000, memoryMb: 128 };

/** What is found out about a file: why it is not loaded, or the report. */
async function checked(text: string, decisions = 60, futures = 3): Promise<CheckReport | string> {
  const { dir } = await strategyFolder({ 'it.ts': text });
  const loaded = await loadStrategy({ name: 'it', path: join(dir, 'it.ts') }, limits).catch(
    (error: Error) => error.message,
  );
  if (typeof loaded === 'string') return loaded;
  onTestFinished(() => loaded.close());
  return checkLoaded(loaded, { decisions, futures, limitMs: limits.decisionMs });
}

const failedOf = (found: CheckReport | string): readonly string[] =>
  typeof found === 'string'
    ? [`load: ${found}`]
    : found.findings
        .filter(({ result }) => result === 'failed')
        .map(({ check, message }) => `${check}: ${message}`);

const side = (isUp: string, otherwise = 'own.close.at(-1)! > own.open.at(-1)!'): string =>
  `const known = ${isUp}; const up = known ?? (${otherwise});
   return up ? { action: 'BUY', reason: 'Up.' } : { action: 'SELL', reason: 'Down.' };`;

/** Each knows a price that comes after the close, where it has been asked about a later one before; or has it from elsewhere. */
const cheats: readonly (readonly [how: string, found: RegExp, text: string])[] = [
  [
    'a map of all closes seen',
    /^purity/,
    strategyText(
      `own.time.forEach((at, i) => seen.set(at, own.close[i]!));
       const ahead = seen.get(own.time.at(-1)! + 6 * 3_600_000);
       ${side('ahead === undefined ? null : ahead > own.close.at(-1)!')}`,
      'const seen = new Map<number, number>();',
    ),
  ],
  [
    'the last close seen',
    /^purity/,
    strategyText(
      `const before = last; last = { at: own.closeTime, price: own.close.at(-1)! };
       ${side('before !== null && before.at > own.closeTime ? before.price > own.close.at(-1)! : null')}`,
      'let last: { at: number; price: number } | null = null;',
    ),
  ],
  [
    'the candles of a later close, kept as they were given',
    /^purity/,
    strategyText(
      `kept.push(own);
       const later = kept.find(({ closeTime }) => closeTime > own.closeTime);
       ${side('later === undefined ? null : later.close.at(-1)! > own.close.at(-1)!')}`,
      'const kept: any[] = [];',
    ),
  ],
  [
    'the market of a later close',
    /^purity/,
    strategyText(
      `const other = later; if (later === null || own.closeTime > later.at) later = { at: own.closeTime, market };
       ${side('other !== null && other.at > own.closeTime ? other.market.rangePosition > market.rangePosition : null')}`,
      'let later: any = null;',
    ),
  ],
  [
    'candles of another timeframe from a later close',
    /^purity/,
    strategyText(
      `const other = later; if (later === null || frames['4h'].closeTime > later.closeTime) later = frames['4h'];
       ${side('other !== null && other.closeTime > frames["4h"].closeTime ? other.close.at(-1) > own.close.at(-1)! : null')}`,
      'let later: any = null;',
      '',
    ).replace('needs: { own: 250 }', `needs: { own: 250, '4h': 10 }`),
  ],
  [
    'a property of a function',
    /^purity/,
    strategyText(
      `const before = note.price; note.price = own.close.at(-1)!;
       ${side('before === undefined ? null : before > own.close.at(-1)!')}`,
      'const note: any = () => {};',
    ),
  ],
  [
    'what the last regular expression has matched',
    /^purity/,
    strategyText(
      `const before = Number(RegExp.$1); /^([0-9.]+)$/.exec(String(own.close.at(-1)));
       ${side('before > 0 ? before > own.close.at(-1)! : null')}`,
    ),
  ],
  ['the clock', /^runs: .*there is no clock/, strategyText(side('Date.now() > own.closeTime'))],
  [
    'a file',
    /^load: .*imports 'node:fs'/,
    strategyText(side('readFileSync("/tmp/future").length > 0'), `import { readFileSync } from 'node:fs';`),
  ],
];

const wait = `return { action: 'WAIT', reason: 'No.' };`;
const buyIf = (condition: string, more = ''): string =>
  `if (${condition}) return { action: 'BUY', reason: 'Yes.'${more} }; ${wait}`;

/** Bodies of rules that keep nothing, each by other means. */
const clean: readonly string[] = [
  wait,
  buyIf('own.close.at(-1)! > tools.sma(own.close, 20)'),
  buyIf('own.close.at(-1)! > tools.ema(own.close, 50)', ', score: tools.rsi(own.close)'),
  buyIf('tools.rsi(own.close, 14) < 30', ', horizonBars: 12'),
  buyIf(
    'tools.crossed((ago) => tools.ema(own.close, 5, ago), (ago) => tools.ema(own.close, 20, ago)) === "up"',
  ),
  buyIf(
    'tools.bollinger(own.close).lower > own.close.at(-1)!',
    ', target: tools.bollinger(own.close).middle',
  ),
  buyIf('tools.macd(own.close).histogram > 0'),
  buyIf('tools.adx(own) > 25', ', stop: own.close.at(-1)! - tools.atr(own)'),
  buyIf('tools.stochastic(own).k < 20'),
  buyIf('tools.mfi(own) < 30'),
  buyIf('market.trend.direction === "up"'),
  buyIf('market.breakout === "up"'),
  buyIf('market.rangePosition < 0.2 && market.support !== null'),
  buyIf('random() < 0.2', ', score: random()'),
  buyIf('new Date(own.closeTime).getUTCHours() === 8'),
  buyIf('market.volatility > market.volatilityOver(24) / 24'),
  buyIf('market.regime.probabilities.bullish > 0.6', ', tags: [market.regime.state]'),
  buyIf('own.volume.at(-1)! > 2 * tools.sma(own.volume, 50)'),
  `own.close.sort(); own.close.reverse(); ${buyIf('own.close[0]! > own.high.at(-1)!')}`,
  `const cache = new Map<number, number>(); for (const price of own.close) cache.set(price, (cache.get(price) ?? 0) + 1); ${buyIf('cache.size > 249 && /1$/.test(own.close.at(-1)!.toFixed(2))')}`,
];

describe('checkLoaded', () => {
  it.each(cheats)('catches what knows the future by %s', async (_how, found, text) => {
    // As when it is loaded, which is the least that is asked.
    expect(failedOf(await checked(text, 24, 1)).join('\n')).toMatch(found);
  });

  it.each(clean.map((body, i) => [i + 1, body] as const))('passes clean rule %i', async (_i, body) => {
    const found = await checked(strategyText(body), 40);
    expect(failedOf(found)).toEqual([]);
    expect(found).toMatchObject({ passed: true, decisions: 40 });
  });

  it('finds what is kept from close to close, whether or not it is of the future', async () => {
    const counting = strategyText(
      `return { action: 'WAIT', reason: \`Close \${++closes}.\` };`,
      'let closes = 0;',
    );
    const failed = failedOf(await checked(counting));
    expect(failed.join('\n')).toMatch(/^purity: \d+ of \d+ decisions differ .* something is kept/);
    expect(failed.join('\n')).toMatch(/^look-ahead/m);
  });

  it('says at the first decision that one cannot be made', async () => {
    expect(failedOf(await checked(strategyText('return null as never;')))).toEqual([
      expect.stringMatching(/^runs: the decision on candle \d+ failed \(wrong\)/),
    ]);
    expect(failedOf(await checked(strategyText('for (;;) {}')))).toEqual([expect.stringMatching(/\(late\)/)]);
  });

  it('tells an average that has not forgotten its beginning, and levels that cost eats', async () => {
    const { dir } = await strategyFolder({
      'it.ts': strategyText(
        buyIf('own.close.at(-1)! > tools.ema(own.close, 200)', ', stop: own.close.at(-1)! * 0.9999'),
      ),
    });
    const loaded = await loadStrategy({ name: 'it', path: join(dir, 'it.ts') }, limits);
    onTestFinished(() => loaded.close());
    const { findings, passed } = await checkLoaded(loaded, {
      decisions: 120,
      warmUps: [250, 1000],
      limitMs: 100,
    });
    expect(passed).toBe(true);
    const of = (check: string) => findings.find((one) => one.check === check);
    expect(of('warm-up')!.message).toMatch(/0 % with 250 candles, \d+ % with 1000 candles/);
    expect(of('levels')).toMatchObject({
      result: 'warning',
      message: expect.stringContaining('the risk gate refuses'),
    });
    expect(of('cost')!.message).toMatch(/a decision takes [\d.]+ ms/);
  });
});
