import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { MetricObject, Registry } from 'prom-client';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '../../app/metrics.ts';
import { startAtZero } from '../../app/health/start-at-zero.ts';
import { httpMetrics } from '../../http/http-metrics.ts';
import { websocketUpgrade } from '../../http/guards/websocket-upgrade.ts';
import { feedMetrics } from '../../sinks/feeds/feed-metrics.ts';

const file = (name: string) => readFile(join(import.meta.dirname, '../..', name), 'utf8');

/** Label names of every series that /metrics can give, by the series' name. */
const series = new Map<string, Set<string>>();
let registry: Registry;

beforeAll(() => {
  registry = createMetrics().registry;
  feedMetrics(registry);
  httpMetrics(registry);
  websocketUpgrade({
    registry,
    feeds: {},
    keys: { check: () => {} },
    allowedOrigins: ['*'],
    trustProxy: 0,
    maxConnections: 1,
    maxConnectionsPerIp: 1,
    maxFrameBytes: 256,
  });
  const always = ['service', 'instance', 'job'];
  for (const { name, type } of registry.getMetricsAsArray() as unknown as (MetricObject & {
    type: unknown;
  })[]) {
    const metric = registry.getSingleMetric(name) as unknown as { labelNames: readonly string[] };
    const labels = new Set([...always, ...metric.labelNames]);
    series.set(name, labels);
    const isHistogram = String(type) === 'histogram';
    if (!isHistogram) continue;
    series.set(`${name}_bucket`, new Set([...labels, 'le']));
    for (const part of ['_count', '_sum']) series.set(`${name}${part}`, labels);
  }
  series.set('up', new Set(always));
});
afterAll(() => registry.clear());

/** What is wrong with the names and labels of a PromQL expression. */
function strangersIn(expression: string): string[] {
  const strangers: string[] = [];
  const used = new Set<string>();
  for (const [, name, matchers = ''] of expression.matchAll(
    /\b((?:anso|process|nodejs)_\w+|up)\b(?:\{([^}]*)\})?/g,
  )) {
    const labels = series.get(name!);
    if (labels === undefined) {
      strangers.push(name!);
      continue;
    }
    for (const label of labels) used.add(label);
    for (const [, label] of matchers.matchAll(/(\w+)\s*(?:=~|!~|!=|=)\s*"/g))
      if (!labels.has(label!)) strangers.push(`${name}{${label}}`);
  }
  for (const [, list] of expression.matchAll(/\b(?:by|without|ignoring|on)\s*\(([^)]*)\)/g))
    for (const label of list!.split(',').map((one) => one.trim()))
      if (!used.has(label)) strangers.push(`by (${label}): ${expression}`);
  return strangers;
}

interface Panel {
  readonly title: string;
  readonly type: string;
  readonly targets?: readonly { readonly expr: string; readonly legendFormat: string }[];
}

describe('what watches the server', () => {
  it('can tell a metric or a label that does not exist', () => {
    expect(strangersIn('sum by (symbol) (rate(anso_ticks_total{instance=~"x"}[1m]))')).toEqual([]);
    expect(strangersIn('anso_tick_total')).toEqual(['anso_tick_total']);
    expect(strangersIn('anso_ticks_total{symbl="x"}')).toEqual(['anso_ticks_total{symbl}']);
    expect(strangersIn('sum by (timeframe) (anso_ticks_total)')).toHaveLength(1);
  });

  it('alerts on metrics that exist', async () => {
    const rules = await file('ops/prometheus-alerts.yml');
    const expressions = [...rules.matchAll(/^ +expr: (?:\|\n((?: {10,}.*\n)+)|(.*)\n)/gm)].map(
      ([, block, line]) => block ?? line!,
    );
    expect(expressions).toHaveLength(rules.match(/- alert:/g)!.length);
    expect(expressions.flatMap(strangersIn)).toEqual([]);
  });

  it('alerts on the first failure, since what it watches is there before', async () => {
    const metrics = createMetrics();
    startAtZero(metrics, { channels: ['community'], timeframes: ['1h'] });
    const lines = (await metrics.registry.metrics()).split('\n');
    metrics.registry.clear();
    const rules = await file('ops/prometheus-alerts.yml');
    const watched = [...rules.matchAll(/increase\((anso_\w+_total)(?:\{([^}]*)\})?/g)]
      // Symbols come and go: each starts at 0 when it is watched.
      .filter(([, name]) => name !== 'anso_actor_restarts_total');
    expect(watched.length).toBeGreaterThan(4);
    for (const [text, name, matchers = ''] of watched) {
      const wanted = [...matchers.matchAll(/\w+="[^"]*"/g)].map(String);
      const unlike = [...matchers.matchAll(/(\w+)!=("[^"]*")/g)].map(
        ([, label, value]) => `${label}=${value}`,
      );
      const series = lines.filter(
        (line) =>
          line.startsWith(`${name}{`) &&
          line.endsWith(' 0') &&
          wanted.every((pair) => line.includes(pair)) &&
          !unlike.some((pair) => line.includes(pair)),
      );
      expect(series, text).not.toEqual([]);
    }
  });

  it('draws metrics that exist, and every one of them', async () => {
    const { panels } = JSON.parse(await file('ops/grafana-dashboard.json')) as { panels: Panel[] };
    const targets = panels.flatMap(({ targets = [] }) => targets);
    expect(targets.flatMap(({ expr }) => strangersIn(expr))).toEqual([]);
    const drawn = targets.map(({ expr }) => expr).join('\n');
    const own = registry
      .getMetricsAsArray()
      .map(({ name }) => name)
      .filter((name) => name.startsWith('anso_'));
    expect(own.filter((name) => !drawn.includes(name))).toEqual([]);
  });

  it('explains every metric in docs/operations.md', async () => {
    const text = await file('docs/operations.md');
    const names = registry.getMetricsAsArray().map(({ name }) => name);
    const own = names.filter((name) => name.startsWith('anso_'));
    expect(own.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
    const told = [...text.matchAll(/`((?:anso|process|nodejs)_\w+)`/g)].map(([, name]) => name!);
    expect(told.filter((name) => !series.has(name))).toEqual([]);
  });

  it('names every alert in docs/operations.md', async () => {
    const [rules, text] = await Promise.all([file('ops/prometheus-alerts.yml'), file('docs/operations.md')]);
    const names = [...rules.matchAll(/- alert: (\w+)/g)].map(([, name]) => name!);
    expect(names.filter((name) => !text.includes(`\`${name}\``))).toEqual([]);
  });
});
