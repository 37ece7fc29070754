import { execFile } from 'node:child_process';
import { chmod } from 'node:fs/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { analyse } from '../../models/decision/analyse.ts';
import { analyseWindow } from '../../operators/analysis/analyse-window.ts';
import { candleColumnsOf } from '../../operators/candles/candle-columns-of.ts';
import { explainSignal } from '../../operators/analysis/explain-signal.ts';
import { UNTAUGHT } from '../../operators/signals/outcomes/learning-book.ts';
import { createSignalDesk } from '../../operators/signals/signal-desk.ts';
import { windowBytes } from '../../operators/analysis/window-bytes.ts';
import type { Signal } from '../../schema/signal.ts';
import { withStoredSignals } from '../../cli/databases/stored-signals.ts';
import { candlesUntil, closeOf, deskOptions, minute } from '../operators/signals/signal-samples.ts';
import { openStore } from '../../store/open-store.ts';
import type { SignalsTable } from '../../store/signals-table.ts';
import { quiet, temporaryFolder, temporaryStore } from '../support/services/database.ts';
import { plainShell } from '../support/plain-shell.ts';

const run = promisify(execFile);
/** Where a walk with a drift in its last third calls a direction. */
async function anIssue(): Promise<{ signal: Signal; window: string }> {
  let [price, state] = [100, 7];
  const random = () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const bars = candlesUntil(400 * minute, 400).map(({ openTime }, i) => {
    const open = price;
    price *= Math.exp(0.004 * (random() - 0.5) + (i > 200 ? 0.0008 : 0));
    return {
      openTime,
      open,
      high: Math.max(open, price),
      low: Math.min(open, price),
      close: price,
      volume: 1,
    };
  });
  for (let end = 250; end <= 400; end++) {
    const columns = candleColumnsOf(bars.slice(end - 250, end));
    const closeTime = end * minute;
    const options = { seed: 3, costBps: 0.5 };
    const close = { symbol: 'BTCUSD', timeframe: '1min', closeTime } as const;
    const verdict = await analyseWindow(columns, close, { analyse, options, learning: UNTAUGHT });
    if (verdict.decision.signal_type === 'WAIT') continue;
    const desk = createSignalDesk(deskOptions(() => closeTime));
    for (const step of desk.accept({ ...closeOf('WAIT', closeTime), columns, ...verdict }))
      if (step.kind === 'standing' && step.standing.signal !== null)
        return { signal: step.standing.signal, window: windowBytes(columns).toString('base64') };
  }
  throw new Error('no direction was called');
}

let issue: Awaited<ReturnType<typeof anIssue>>;
let temporary: Awaited<ReturnType<typeof temporaryStore>>;
beforeAll(async () => {
  [issue, temporary] = await Promise.all([anIssue(), temporaryStore()]);
  await temporary.store.record([{ kind: 'opened', ...issue }], []);
});
afterAll(() => temporary.dispose());

const explain = async (id: string): Promise<{ code: unknown; stdout: string; stderr: string }> => {
  const { host, user, database } = temporary.store.embedded!.connection;
  const DATABASE_URL = `postgresql://${user}@localhost/${database}?host=${encodeURIComponent(host)}`;
  const env = { ...plainShell(), DATABASE_URL };
  return run(process.execPath, ['cli/explain.ts', id], { env }).then(
    (said) => ({ code: 0, ...said }),
    (error: { code: unknown; stdout: string; stderr: string }) => error,
  );
};

describe('explain', () => {
  it('computes a stored signal again, the same to the last bit', async () => {
    const { code, stdout, stderr } = await explain(issue.signal.id);
    expect(stderr).toBe('');
    expect(stdout).toContain('The same to the last bit.');
    expect(stdout).toMatch(/same +result \(SHA-256\) +"[0-9a-f]{64}"/);
    expect(code).toBe(0);
  });

  it('reports that there is nothing to explain', async () => {
    expect(await explain('s0')).toMatchObject({ code: 66, stderr: 'no signal s0 is stored\n' });
  });

  it('reads beside a running service, and from a stopped one', async () => {
    const read = async (folder: string) => {
      const config = { DATABASE_URL: undefined, DATA_DIR: `${folder}/data` };
      const use = (signals: Pick<SignalsTable, 'get' | 'window'>) => signals.get(issue.signal.id);
      return (await withStoredSignals(config, use, `${folder}/lib`))?.id;
    };
    expect(await read(temporary.folder)).toBe(issue.signal.id);
    expect(await temporary.store.unhealthy()).toBeUndefined();

    const { path, remove } = await temporaryFolder();
    try {
      await chmod(path, 0o755);
      await expect(read(path)).rejects.toThrow('no database in DATA_DIR');
      const rootFolder = `${path}/lib`;
      const store = await openStore({ dataDir: `${path}/data`, rootFolder, log: quiet, now: Date.now });
      await store.term.take('a test');
      await store.record([{ kind: 'opened', ...issue }], []);
      await store.close();
      expect(await read(path)).toBe(issue.signal.id);
    } finally {
      await remove();
    }
  });

  it('finds a change of one bit in the window, the options or the stored numbers', () => {
    const bytes = Buffer.from(issue.window, 'base64');
    bytes[4 * 250 * 8]! ^= 1;
    const failed = (signal: Signal, window = issue.window) =>
      explainSignal(signal, { window })
        .comparisons.filter(({ same }) => !same)
        .map(({ name }) => name);
    expect(failed(issue.signal)).toEqual([]);
    expect(failed(issue.signal, bytes.toString('base64'))).toContain('window (SHA-256)');
    expect(failed({ ...issue.signal, confidence: issue.signal.confidence + 2 ** -54 })).toEqual([
      'confidence',
    ]);
    const options = { ...(issue.signal.lineage['options'] as object), seed: 4 };
    expect(failed({ ...issue.signal, lineage: { ...issue.signal.lineage, options } })).toContain(
      'result (SHA-256)',
    );
  });
});
