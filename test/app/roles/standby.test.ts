import { describe, expect, it } from 'vitest';
import type { Cluster } from '../../../app/cluster.ts';
import type { Context } from '../../../app/context.ts';
import { openStandby } from '../../../app/roles/standby.ts';
import type { Storage } from '../../../app/storage.ts';
import type { AnalysisPool } from '../../../workers/analysis-pool.ts';
import { quiet } from '../../support/services/database.ts';
import { until } from '../../support/until.ts';

const token = 'this one';

/** A process whose parts are closed when the test says so, and a lease whose holder the test names. */
function standby() {
  const events: string[] = [];
  const closes: (() => unknown)[] = [];
  const lease = { holder: token };
  const commands = {
    info: () => Promise.resolve('uptime_in_seconds:100'),
    eval: () => Promise.resolve(lease.holder),
  };
  const own: Context['own'] = (resource) => {
    closes.push(resource.close);
    return resource;
  };
  openStandby(
    { log: quiet, own } as unknown as Context,
    {} as Storage,
    { link: { commands }, names: { lease: 'lease' }, id: token } as unknown as Cluster,
    {} as AnalysisPool,
    async (code) => void events.push(`stop ${code}`),
    async (context) => {
      events.push('ingest');
      context.own({ close: () => events.push('ended') });
      return { parts: () => ({}), reasons: () => [] };
    },
  );
  return { events, lease, close: () => Promise.all(closes.map((one) => one())) };
}

describe('openStandby', () => {
  it('ends the ingest at once when another has the lease, before the process has closed anything', async () => {
    const { events, lease, close } = standby();
    await until(() => events.includes('ingest'));
    lease.holder = 'another';
    await until(() => events.includes('stop 1'));
    await until(() => events.includes('ended'));
    await close();
    expect(events.filter((event) => event === 'ended')).toHaveLength(1);
  });
});
