import type { Pool } from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrate } from '../../store/migrate.ts';
import { shadowTable } from '../../store/shadow-table.ts';
import { emptyDatabase } from '../support/services/database.ts';

describe('shadowTable', () => {
  let database: Awaited<ReturnType<typeof emptyDatabase>>;
  beforeAll(async () => {
    database = await emptyDatabase();
    await migrate(database.pool);
    await database.pool.query(
      `insert into shadow select 'w' || i, 'news', 'S' || i % 50, '1h', i, i, i + 1, 'tp', i, '{}', '{}' from generate_series(1, 20000) i`,
    );
    await database.pool.query('analyze shadow');
  });
  afterAll(() => database.dispose());

  it.each([{ limit: 50 }, { symbol: 'S7', limit: 50 }, { symbol: 'none', limit: 50 }])(
    'finds the latest of %o without reading all of them',
    async (query) => {
      let plan = '';
      const explaining = {
        query: async (text: string, values: unknown[]) => {
          const { rows } = await database.pool.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
          plan = rows.map((row) => row['QUERY PLAN']).join('\n');
          return { rows: [] };
        },
      };
      await shadowTable(explaining as unknown as Pool).latest(query);
      expect(plan).toContain('Index Scan using shadow_newest');
      expect(plan).not.toMatch(/Sort|Seq Scan/);
    },
  );
});
