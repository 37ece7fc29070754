/** Returns that are added up: over four bars the bounce of a last price between bid and ask is mostly gone. */
const SPAN = 4;
/** Below this little of the noise is believed: the estimate is of few bars. */
const LEAST = 0.1;

/**
 * Share of the bars' variance that lasts: the variance ratio over four bars, one standard error nearer to one, at most 1. A price that
 * bounces between bid and ask moves in every bar and gets nowhere, so that the sum of its squared returns is too high for the horizon.
 * Returns that a market of independent bars gives are left nearly alone, since only what the error does not explain counts.
 *
 * returns: T per bar, log units. Source: Lo and MacKinlay, Review of Financial Studies 1 (1988), formulas 9 and 14.
 */
export function lastingShare(returns: Float64Array): number {
  const T = returns.length;
  if (T <= 2 * SPAN) return 1;
  let squares = 0;
  let sum = 0;
  let spans = 0;
  for (let t = 0; t < T; t++) {
    squares += returns[t]! ** 2;
    sum += returns[t]! - (t >= SPAN ? returns[t - SPAN]! : 0);
    if (t >= SPAN - 1) spans += sum ** 2;
  }
  if (!(squares > 0)) return 1;
  const ratio = spans / (T - SPAN + 1) / SPAN / (squares / T);
  const error = Math.sqrt((2 * (2 * SPAN - 1) * (SPAN - 1)) / (3 * SPAN * T));
  return Math.min(1, Math.max(LEAST, ratio + error));
}

/**
 * What the last moves are expected to give back, log units, to be added to the last close: after an up move part of it is more likely than
 * not the bounce to the ask, and the way to a level starts lower. Bounce makes returns a moving average of one step, whose one
 * autocorrelation rho follows from the share that lasts, 1 + 2 (1 - 1 / 4) rho over four bars; this is its best linear forecast of the
 * next return. 0 where everything lasts.
 *
 * returns: T per bar, log units. lasting: of `lastingShare`. Source: Roll, Journal of Finance 39 (1984); the innovations algorithm,
 * Brockwell and Davis, Time Series: Theory and Methods (1991), section 5.2.
 */
export function giveBack(returns: Float64Array, lasting: number): number {
  // No moving average of one step has less than -1/2.
  const rho = Math.max(-1 / 2, (Math.min(1, lasting) - 1) / (2 * (1 - 1 / SPAN)));
  let forecast = 0;
  // Variance of the error of the forecast, over that of the returns.
  let doubt = 1;
  for (const value of returns) {
    forecast = (rho / doubt) * (value - forecast);
    doubt = 1 - rho ** 2 / doubt;
  }
  // Not -0, which text would not bring back.
  return forecast === 0 ? 0 : forecast;
}
