import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Config } from '../../config.ts';

/** Folders of strategies: the server's own, and the operator's. */
export const strategyDirs = ({ STRATEGIES_DIR, baseDir }: Pick<Config, 'STRATEGIES_DIR' | 'baseDir'>) => ({
  project: fileURLToPath(new URL('../../strategies', import.meta.url)),
  own: STRATEGIES_DIR ?? join(baseDir, 'strategies'),
});
