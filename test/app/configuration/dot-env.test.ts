import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseEnv } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDotEnv, readDotEnv } from '../../../app/configuration/dot-env.ts';
import { nearestName } from '../../../app/configuration/known-names.ts';
import { notesOf } from '../../../app/configuration/read-environment.ts';

const parse = (text: string) => parseDotEnv(Buffer.from(text));
const utf16 = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

describe('.env', () => {
  it('loses no name to a byte order mark', () => {
    expect(parse('\ufeffTWELVEDATA_API_KEY=k\nPORT=1\n')).toEqual({
      variables: { TWELVEDATA_API_KEY: 'k', PORT: '1' },
      problems: [],
      notes: [],
    });
  });

  it.each<[string, Uint8Array, string]>([
    ['UTF-16', utf16('PORT=1'), 'line 1: is UTF-16'],
    ['UTF-16, big-endian', utf16('PORT=1').swap16(), 'line 1: is UTF-16'],
    ['UTF-16 without a mark', Buffer.from('PORT=1', 'utf16le'), 'line 1: is UTF-16'],
    ['spoilt by a zero further down', Buffer.from('PORT=1\n#\nHOST=a\0canary'), 'line 3: holds a zero byte'],
    ['Latin 1', Buffer.from('PORT=1\n# Gr\xfc\xdfe\n', 'latin1'), 'line 2: is not UTF-8'],
    ['YAML', Buffer.from('PORT=1\nTWELVEDATA_API_KEY: canary'), 'line 2: is no assignment'],
    ['a mark in the middle', Buffer.from('PORT=1\n\ufeffHOST=canary'), 'line 2: is no assignment'],
    ['a mark twice', Buffer.from('\ufeff\ufeffHOST=canary'), 'line 1: is no assignment'],
    ['a hard space', Buffer.from('\u00a0HOST=canary'), 'line 1: is no assignment'],
    ['a bare secret', Buffer.from('COMMUNITY_API_KEY=\ncanary'), 'line 2: is no assignment'],
    ['a command', Buffer.from('\n\nset HOST=canary'), 'line 3: is no assignment'],
    ['a quote that is not closed', Buffer.from('HOST="canary\nPORT=1'), 'line 1: HOST begins with a "'],
    ['a quote that is not opened', Buffer.from('HOST=canary"\n'), 'line 1: HOST ends with a "'],
    ['text behind a quote', Buffer.from(`HOST='canary'x`), "line 1: HOST has text behind its closing '"],
    ['line ends of an old Mac', Buffer.from('HOST=a\rPORT=canary'), 'line 1: has a carriage return inside'],
  ])('that is %s is refused with its line, and without its values', (_, bytes, problem) => {
    const { problems } = parseDotEnv(bytes);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`.env ${problem}`);
    expect(problems[0]).not.toContain('canary');
  });

  it('says every bad line at once', () => {
    expect(parse('a b\nPORT=1\n?\nHOST="').problems).toHaveLength(3);
  });

  it('takes what Node takes: comments, quotes, export, spaces, CRLF, more lines in quotes', () => {
    const text = [
      '# a comment',
      '  export PORT = 1 # one',
      `HOST='a # b'`,
      'SYMBOLS="BTC/USD"  # two',
      'MESSAGE_TEMPLATE="{action}',
      '{symbol} # no comment',
      '{entry}"',
      'DATA_DIR=`x`',
      'LOG_LEVEL=',
      '',
      '\t',
    ];
    for (const end of ['\n', '\r\n']) {
      const { variables, problems, notes } = parse(text.join(end));
      expect([problems, notes]).toEqual([[], []]);
      expect(variables).toEqual(parseEnv(text.join('\n')));
      expect(variables).toMatchObject({ PORT: '1', HOST: 'a # b', LOG_LEVEL: '' });
    }
  });

  it.each([
    ['COMMUNITY_API_KEY=canary#def', true],
    ['COMMUNITY_API_KEY=#canary', true],
    ['COMMUNITY_API_KEY=canary #def', false],
    ['COMMUNITY_API_KEY="canary#def"', false],
    ['COMMUNITY_API_KEY= # canary', false],
  ])('says where a value was cut: %s', (line, isCut) => {
    const { notes } = parse(`\n${line}`);
    expect(notes.map(({ says }) => says)).toEqual(
      isCut ? ['.env line 2: the value of COMMUNITY_API_KEY was cut at `#`'] : [],
    );
    expect(JSON.stringify(notes)).not.toContain('canary');
  });

  it('takes a last line whose line feed is lost', () => {
    expect(parse('HOST=a\r\nPORT=1\r')).toEqual({
      variables: { HOST: 'a', PORT: '1' },
      problems: [],
      notes: [],
    });
  });

  it('says which of two counts', () => {
    const { variables, notes } = parse('PORT=1\nPORT=2');
    expect(variables).toEqual({ PORT: '2' });
    expect(notes).toMatchObject([
      { says: expect.stringMatching(/PORT on line 1 and again on line 2/) as string },
    ]);
  });

  it('accounts for every line: each is blank, a comment, an assignment or a problem with its number', () => {
    const word = fc.stringMatching(/^[a-zA-Z0-9:/@.%=]{1,12}$/);
    const good = fc
      .tuple(
        fc.constantFrom('', ' ', 'export ', '\t'),
        word,
        fc.constantFrom('', '"', "'", '`'),
        fc.constantFrom('', ' # = "x'),
      )
      .map(([before, value, quote, comment]) => ({ before, value, quote, comment }));
    const bad = fc.constantFrom(
      'PORT',
      'KEY: x',
      'A B=c',
      '=x',
      '1A=x',
      'A="x',
      "A=x'",
      'A="x"y',
      '\u00a0A=x',
      '?',
    );
    const blank = fc.constantFrom('', '  ', '# PORT=1', '  #=', '#');
    fc.assert(
      fc.property(
        fc.array(
          fc.oneof(
            good,
            bad,
            blank.map((text) => ({ blank: text })),
          ),
          { maxLength: 12 },
        ),
        fc.constantFrom('\n', '\r\n'),
        (lines, end) => {
          const expected = new Map<string, string>();
          const wrong: number[] = [];
          const text = lines.map((line, i) => {
            if (typeof line === 'string') wrong.push(i + 1);
            if (typeof line === 'string') return line;
            if ('blank' in line) return line.blank;
            expected.set(`NAME_${i}`, line.value);
            return `${line.before}NAME_${i}=${line.quote}${line.value}${line.quote}${line.comment}`;
          });
          const { variables, problems } = parse(text.join(end));
          expect(problems.map((problem) => Number(/^\.env line (\d+):/.exec(problem)?.[1]))).toEqual(wrong);
          expect(variables).toEqual(Object.fromEntries(expected));
        },
      ),
      { numRuns: 1000 },
    );
  });

  it('that cannot be read is no missing one', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'anso-env-'));
    const path = join(folder, '.env');
    expect(readDotEnv(path)).toBeUndefined();
    expect(readDotEnv(folder)?.problems).toEqual(['.env: cannot be read (EISDIR)']);
    await writeFile(path, 'PORT=1');
    await chmod(path, 0o000);
    // Root may read everything.
    if (process.getuid?.() !== 0)
      expect(readDotEnv(path)?.problems[0]).toMatch(/cannot be read: .* mode 000/);
    await rm(folder, { recursive: true });
  });
});

describe('names that nothing reads', () => {
  it.each([
    ['TWELVE_DATA_API_KEY', 'TWELVEDATA_API_KEY'],
    ['twelvedata_api_key', 'TWELVEDATA_API_KEY'],
    ['TWELVEDATA_APIKEY', 'TWELVEDATA_API_KEY'],
    ['TWELVEDATA__API_KEY', 'TWELVEDATA_API_KEY'],
    ['TWELEVDATA_API_KEY', 'TWELVEDATA_API_KEY'],
    ['TWELVEDATA_KEY', 'TWELVEDATA_API_KEY'],
    ['TWELVEDATA_KEY_API', 'TWELVEDATA_API_KEY'],
    ['COMUNITY_TRADING_URL', 'COMMUNITY_TRADING_URL'],
    ['COMMUNITY_URL', 'COMMUNITY_TRADING_URL'],
    ['TELEGRAM_TOKEN', 'TELEGRAM_BOT_TOKEN'],
    ['REDIS_URI', 'REDIS_URL'],
    ['SYMBOL', 'SYMBOLS'],
    ['DataDir', 'DATA_DIR'],
    ['ROLE', 'ROLES'],
    ['CLOK', 'CLOCK'],
  ])('%s: %s is meant', (name, meant) => {
    expect(nearestName(name)).toBe(meant);
    const set = { [name]: 'canary' };
    const notes = [
      notesOf({}, { variables: set, problems: [], notes: [] }),
      notesOf(set, { variables: {}, problems: [], notes: [] }),
    ];
    for (const [i, where] of ['.env', 'the environment'].entries())
      expect(notes[i]).toEqual([
        { says: `${where} sets ${name}, which nothing reads`, todo: `is ${meant} meant?` },
      ]);
  });

  it.each([
    'PATH',
    'HOME',
    'TZ',
    'HOSTNAME',
    'PWD',
    'PGPASSWORD',
    'npm_config_cache',
    'NODE_ENV',
    'HTTPS_PROXY',
  ])('%s is no misspelling', (name) => {
    expect(nearestName(name)).toBeUndefined();
    expect(notesOf({ [name]: 'x' }, undefined)).toEqual([]);
  });

  it('are not repeated where they could be a secret', () => {
    const { variables } = parse('c2VjcmV0a2V5Y2FuYXJ5=');
    const [note] = notesOf({}, { variables, problems: [], notes: [] });
    expect(note?.says).toBe('.env sets the variable, which nothing reads');
  });

  it('that are empty in the environment hide those of .env, and it is said', () => {
    const dotEnv = parse('TWELVEDATA_API_KEY=canary');
    expect(notesOf({ TWELVEDATA_API_KEY: '' }, dotEnv)).toMatchObject([
      { says: expect.stringMatching(/^TWELVEDATA_API_KEY is empty in the environment/) as string },
    ]);
    expect(notesOf({ TWELVEDATA_API_KEY: 'other' }, dotEnv)).toEqual([]);
  });
});
