import { analyse } from '../../models/decision/analyse.ts';
import { WINDOW } from '../../models/decision/known-market.ts';
import { sampleCandles } from '../../strategy/checks/sample-candles.ts';

/** Fits after which most of the model's code is compiled: the first takes ten times what the twelfth does. */
const fits = 12;

/** Computes what strategies ask of the model, so that the first decisions are as quick as later ones. */
export function warmUp(): void {
  for (let seed = 1; seed <= fits; seed++) analyse(sampleCandles(WINDOW, 3_600_000, seed));
}
