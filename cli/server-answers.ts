import { reachableUrl } from '../app/web/reachable-url.ts';
import type { Config } from '../config.ts';

/** Does a server of this configuration run? */
export const serverAnswers = (config: Config): Promise<boolean> =>
  fetch(`${reachableUrl(config)}/health`, { signal: AbortSignal.timeout(2000) }).then(
    () => true,
    () => false,
  );
