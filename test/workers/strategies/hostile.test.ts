import { describe, expect, it, onTestFinished } from 'vitest';
import type { Analysis } from '../../../models/decision/analysis.ts';
import { sampleCandles } from '../../../strategy/checks/sample-candles.ts';
import type { StrategyTask } from '../../../workers/strategies/messages.ts';
import { openStrategies, type ResolvedStrategy } from '../../../workers/strategies/open-strategies.ts';
import { hostileStrategies } from '../../support/hostile/hostile-strategies.ts';
import { honest, strategyFolder, strategyText } from './strategy-folder.ts';

const columns = sampleCandles(260, 3_600_000, 4);

const taskOf = ({ name, version, params }: ResolvedStrategy, closeTime = 1): StrategyTask => ({
  close: { name, version, params, symbol: 'BTC/USD', timeframe: '1h', closeTime, frames: {} },
  columns,
  options: {},
});

describe('hostile strategies', () => {
  it.each(hostileStrategies)(
    '$what: contained, named, and others go on',
    async ({ text, fault, refused, threw }) => {
      const { dir } = await strategyFolder({ 'hostile.ts': text, 'honest.ts': strategyText(honest) });
      const faults: string[] = [];
      const strategies = openStrategies({
        dirs: [dir],
        pollMs: 0,
        onFault: (name, { kind }) => faults.push(`${name} ${kind}`),
      });
      onTestFinished(() => strategies.close());
      const good = (await strategies.resolve('honest')) as ResolvedStrategy;
      const before = await strategies.analyse(taskOf(good));
      const bad = await strategies.resolve('hostile');
      if (refused !== undefined) expect(bad).toMatchObject({ error: expect.stringMatching(refused) });
      else {
        const analysis: Analysis = await strategies.analyse(taskOf(bad as ResolvedStrategy));
        expect(analysis.direction).toBe('WAIT');
        if (fault !== undefined) {
          expect(analysis.strategy!.fault).toEqual({
            kind: fault[0],
            message: expect.stringMatching(fault[1]),
          });
          expect(analysis.reasons[0]).toContain('hostile');
          expect(faults).toEqual([`hostile ${fault[0]}`]);
        } else {
          expect(analysis.strategy!.fault).toBeNull();
          expect(analysis.reasons[0]).toMatch(threw!);
        }
      }
      expect(await strategies.analyse(taskOf(good))).toEqual(before);
    },
  );
});
