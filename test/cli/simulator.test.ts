import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

describe('npm run simulator', () => {
  it('prints its address and how to use it, serves, and ends on SIGTERM', async () => {
    const file = join(import.meta.dirname, '../../cli/simulator.ts');
    const child = spawn(process.execPath, [file, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const exit = once(child, 'exit');
    try {
      let text = '';
      for await (const chunk of child.stdout.setEncoding('utf8')) {
        text += String(chunk);
        if (text.includes('npm start')) break;
      }
      const value = (name: string) => new RegExp(`${name}=(\\S+)`).exec(text)?.[1] ?? '';
      const bars = await fetch(
        `${value('TWELVEDATA_REST_URL')}/time_series?symbol=BTC/USD&interval=1h&outputsize=3`,
        { headers: { authorization: `apikey ${value('TWELVEDATA_API_KEY')}` } },
      );
      expect(await bars.json()).toMatchObject({ status: 'ok', values: [{}, {}, {}] });
      const page = await (await fetch(value('COMMUNITY_TRADING_URL'))).text();
      expect(page).toContain('0 signals received');
    } finally {
      child.kill('SIGTERM');
    }
    expect(await exit).toEqual([0, null]);
  });
});
