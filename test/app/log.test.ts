import { describe, expect, it } from 'vitest';
import { Secret } from '../../schema/secrets/secret.ts';
import { createLog } from '../../app/log.ts';

const canary = 'c4n"ary/key+1';

function logged(write: (log: ReturnType<typeof createLog>) => void): string {
  const lines: string[] = [];
  const destination = { write: (line: string) => void lines.push(line) };
  write(createLog({ level: 'info', pretty: false, secrets: [new Secret(canary)], destination }));
  return lines.join('');
}

describe('createLog', () => {
  it('keeps a secret out of messages, fields, deep fields, errors and their causes', () => {
    const text = logged((log) => {
      log.info(`connecting with ${canary}`);
      log.info({ key: canary, deep: { er: { list: [canary] } } }, 'fields');
      log.error({ err: new Error(`refused ${canary}`, { cause: new Error(canary) }) }, 'failed');
      log.info({ url: `wss://host/path?apikey=${encodeURIComponent(canary)}&x=1` }, 'url');
    });
    expect(text.split('\n')).toHaveLength(5);
    expect(text).not.toContain('c4n');
    expect(text).toContain('x=1');
  });

  it('says what an error is, without the connection it came over', () => {
    const error = Object.assign(new Error('gone'), { code: '57P01', client: { host: 'x'.repeat(1000) } });
    const text = logged((log) => log.warn({ err: error }, 'lost'));
    const { err } = JSON.parse(text) as { err: Record<string, unknown> };
    expect(err).toMatchObject({ type: 'Error', message: 'gone', code: '57P01' });
    expect(err['stack']).toContain('log.test.ts');
    expect(text).not.toContain('xxx');
  });

  it('hides keys and passwords of URLs it was not told of', () => {
    const text = logged((log) =>
      log.info('redis://user:hunter2@host:6379 and https://host/?apikey=abc123&b=2'),
    );
    expect(text).not.toMatch(/hunter2|abc123/);
    expect(text).toContain('redis://user:***@host:6379');
  });
});
