import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openAssignments } from '../../../app/strategies/assignments.ts';
import { readAssignments } from '../../../app/configuration/read-assignments.ts';
import { allStrategies } from '../../../app/strategies/strategies.ts';
import { type Config, ConfigError, parseConfig } from '../../../config.ts';
import type { AssignmentEntry } from '../../../schema/strategies/assignment.ts';
import { openStrategies } from '../../../workers/strategies/open-strategies.ts';

let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'anso-assignments-'));
  file = join(folder, 'strategies.json');
});
afterAll(() => rm(folder, { recursive: true }));

const entry = { id: 'a', strategy: 'regime', symbols: ['xau/usd'], timeframes: ['1h'], mode: 'shadow' };
const read = async (content: unknown) => {
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readAssignments(file);
};
const entriesOf = async (...assignments: object[]): Promise<readonly AssignmentEntry[]> => {
  const found = await read({ assignments });
  if ('problems' in found) throw new Error(found.problems.join());
  return found.entries;
};

describe('the file of assignments', () => {
  it('is read with every default given, behind a byte order mark too', async () => {
    expect(await read(`\uFEFF${JSON.stringify({ assignments: [entry] })}`)).toEqual({
      entries: [{ ...entry, symbols: ['XAUUSD'], params: {}, shares_channels: false }],
    });
  });

  it.each<[string, unknown, RegExp]>([
    ['is empty', '', /strategies\.json is no JSON: it is empty$/],
    ['is no JSON', '{"assignments": [}', /strategies\.json is no JSON: /],
    ['is nested too deep', '['.repeat(20), /strategies\.json cannot be taken: is nested deeper than 16$/],
    ['is a list', [], /the file: /],
    ['assigns nothing', { assignments: [] }, /: assignments: at least one assignment is needed$/],
    ['has an unknown field', { assignments: [entry], more: 1 }, /the file: .*"more"/],
    [
      'has an unknown field inside',
      { assignments: [{ ...entry, chanels: [] }] },
      /: assignments\[0\]: .*"chanels"/,
    ],
    [
      'lacks a mode',
      { assignments: [{ ...entry, mode: undefined }] },
      /: assignments\[0\]\.mode: must be one of shadow, paper, live$/,
    ],
    [
      'has a wrong mode',
      { assignments: [{ ...entry, mode: 'Live' }] },
      /: assignments\[0\]\.mode: must be one of shadow, paper, live$/,
    ],
    [
      'has an id that is none',
      { assignments: [{ ...entry, id: 'My Gold' }] },
      /: assignments\[0\]\.id: an id has /,
    ],
    [
      'has an id twice',
      { assignments: [entry, entry] },
      /: assignments\[1\]\.id: "a" is that of assignments\[0\] too$/,
    ],
    [
      'has a symbol that is none',
      { assignments: [{ ...entry, symbols: ['XAU USD'] }] },
      /: assignments\[0\]\.symbols\[0\]: "XAU USD" is no symbol$/,
    ],
    [
      'has a timeframe that is none',
      { assignments: [{ ...entry, timeframes: ['1H'] }] },
      /: assignments\[0\]\.timeframes\[0\]: "1H" is no timeframe /,
    ],
    [
      'has no symbol',
      { assignments: [{ ...entry, symbols: [] }] },
      /: assignments\[0\]\.symbols: at least one symbol is needed, or "\*"$/,
    ],
    [
      "takes the default's name for another",
      { assignments: [{ ...entry, id: 'regime', strategy: 'mine' }] },
      /: assignments\[0\]\.id: "regime" belongs to the strategy of that name/,
    ],
  ])('that %s is named with the place', async (_what, content, says) => {
    const found = await read(content);
    expect('problems' in found && found.problems.join('\n')).toMatch(says);
    expect('problems' in found && found.problems[0]).toMatch(/^STRATEGIES_FILE: .*strategies\.json/);
  });

  it('that is not there, or is a folder, is a sentence', () => {
    expect(readAssignments(join(folder, 'none.json'))).toEqual({
      problems: [`STRATEGIES_FILE: ${join(folder, 'none.json')} is not there`],
    });
    expect(readAssignments(folder)).toEqual({ problems: [`STRATEGIES_FILE: ${folder} is no file`] });
  });

  it('has all its mistakes told at once', async () => {
    const found = await read({ assignments: [{ ...entry, mode: 'x', id: '' }] });
    expect('problems' in found && found.problems).toHaveLength(2);
  });
});

describe('openAssignments', () => {
  const config = (assignments: readonly AssignmentEntry[], over: Partial<Config> = {}) => ({
    ...parseConfig({}),
    STRATEGIES_FILE: 's.json',
    assignments,
    ...over,
  });
  const problemsOf = async (...args: Parameters<typeof openAssignments>): Promise<readonly string[]> => {
    try {
      await openAssignments(...args);
      return [];
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return error.problems;
    }
  };
  const files = openStrategies({ dirs: [join(import.meta.dirname, '../../strategies')], pollMs: 0 });
  const strategies = allStrategies(files);
  afterAll(() => files.close());

  it('without a file has the built-in rule on everything, live, on every channel', async () => {
    const { all, of, modes, byDefault } = await openAssignments(parseConfig({}), ['community'], strategies);
    expect(all).toMatchObject([
      { id: 'regime', strategy: 'regime', mode: 'live', symbols: ['*'], params: {}, channels: ['community'] },
    ]);
    expect(all).toEqual([byDefault]);
    expect(of('ANY')).toEqual(all);
    expect([...modes]).toEqual([['regime', 'live']]);
  });

  it('has live ones decide first, then those on paper, then shadows, in the order of the file', async () => {
    const entries = await entriesOf(
      { ...entry, id: 's1' },
      { ...entry, id: 'p1', mode: 'paper' },
      { ...entry, id: 'l1', mode: 'live', symbols: ['*'] },
      { ...entry, id: 's2' },
      { ...entry, id: 'l2', mode: 'live', channels: ['telegram'] },
    );
    const { of } = await openAssignments(config(entries), ['community', 'telegram'], strategies);
    expect(of('XAUUSD').map(({ id }) => id)).toEqual(['l1', 'l2', 'p1', 's1', 's2']);
    expect(of('XAUUSD').map(({ channels }) => channels.join())).toEqual([
      'community,telegram',
      'telegram',
      '',
      '',
      '',
    ]);
    expect(of('EURUSD').map(({ id }) => id)).toEqual(['l1']);
  });

  it('has a version for each choice of parameters, whatever their order', async () => {
    const withParams = (params: object) => ({ ...entry, params });
    const [plain, one, same] = await entriesOf(
      { ...entry, id: 'a' },
      { ...withParams({ stopMultiple: 0.8, horizonBars: 12 }), id: 'b' },
      { ...withParams({ horizonBars: 12, stopMultiple: 0.8 }), id: 'c' },
    );
    const { all } = await openAssignments(config([plain!, one!, same!]), [], strategies);
    const versions = all.map(({ version }) => version);
    expect(versions[1]).toBe(versions[2]);
    expect(versions[0]).not.toBe(versions[1]);
    expect(versions[0]).toMatch(/^[0-9a-f]{64}$/);
  });

  it('names a strategy, a parameter and a channel that are not there by their place, all at once', async () => {
    const entries = await entriesOf(
      { ...entry, strategy: 'nosuch' },
      { ...entry, id: 'b', params: { stopMultiple: 0 } },
      { ...entry, id: 'c', mode: 'live', channels: ['telegram'] },
      { ...entry, id: 'd', params: { stop: 1 } },
    );
    const problems = await problemsOf(config(entries), ['community'], strategies);
    expect(problems).toEqual([
      expect.stringMatching(
        /^STRATEGIES_FILE: s\.json: assignments\[0\]\.strategy: there is no strategy nosuch in /,
      ),
      expect.stringMatching(/^STRATEGIES_FILE: s\.json: assignments\[1\]\.params\.stopMultiple: /),
      'STRATEGIES_FILE: s.json: assignments[2].channels[0]: "telegram" is not configured; those are community',
      expect.stringMatching(/^STRATEGIES_FILE: s\.json: assignments\[3\]\.params: .*"stop"/),
    ]);
    // A process that posts nothing need not know where others post to.
    const roles = { ROLES: ['gateway'] } as const;
    expect(await problemsOf(config([entries[2]!], { ROLES: [...roles.ROLES] }), [], strategies)).toEqual([]);
  });

  it('takes a strategy that has changed, or says why not and leaves what decides as it was', async () => {
    const entries = await entriesOf(entry, { ...entry, id: 'b', params: { horizonBars: 12 } });
    let version = '1';
    const changing = {
      resolve: async (name: string, params: Readonly<Record<string, unknown>>) => {
        if (version === 'broken' && 'horizonBars' in params)
          return { error: 'it has no such parameter', at: 'horizonBars' };
        return { name, version, params, needs: { own: version === '2' ? 300 : 250 } };
      },
    };
    const assignments = await openAssignments(config(entries), [], changing);
    const versions = () => assignments.of('XAUUSD').map((one) => `${one.version} ${one.bars}`);
    version = 'broken';
    expect(await assignments.renew('regime')).toEqual([
      'STRATEGIES_FILE: s.json: assignments[1].params.horizonBars: it has no such parameter',
    ]);
    expect(versions()).toEqual(['1 250', '1 250']);
    version = '2';
    expect(await assignments.renew('another')).toEqual([]);
    expect(versions()).toEqual(['1 250', '1 250']);
    expect(await assignments.renew('regime')).toEqual([]);
    expect(versions()).toEqual(['2 300', '2 300']);
  });
});
