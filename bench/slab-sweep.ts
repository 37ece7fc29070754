import { fileURLToPath } from 'node:url';
import { loadStrategy } from '../workers/strategies/load-strategy.ts';
import { settingsOf } from '../cli/backtest/sweep/settings-of.ts';
import { runSweep } from '../cli/backtest/sweep/run-sweep.ts';
import { printSweep } from '../cli/backtest/sweep/print-sweep.ts';
import { simulatedCandles } from './simulated-candles.ts';
const bars = Number(process.argv[2] ?? 1000);
const c = simulatedCandles(bars);
const minutes = { ...c, time: c.time.map((t) => t * 60), spacingMs: 3_600_000 };
const loaded = await loadStrategy(
  { name: 'average-bracket', path: fileURLToPath(new URL('strategies/average-bracket.ts', import.meta.url)) },
  { decisionMs: 100, loadMs: 20000, memoryMb: 128 },
);
const settings = await settingsOf({ loaded }, JSON.parse(process.argv[3] ?? '{}'));
const t = performance.now(),
  cpu = process.cpuUsage();
const report = await runSweep({
  market: { minutes, symbol: 'BTCUSD', timeframe: '1h' },
  strategy: { loaded },
  settings,
  analyse: { costBps: 1, minReward: 1, seed: 1 },
  threads: Number(process.argv[4] ?? 1),
});
const u = process.cpuUsage(cpu);
console.log(
  'wall',
  (performance.now() - t) | 0,
  'main cpu',
  ((u.user + u.system) / 1000) | 0,
  report.closes,
  settings.length,
);
await loaded.close();
console.log(process.resourceUsage().userCPUTime);
console.log(printSweep('t', report).split('\n').slice(0, 8).join('\n'));
