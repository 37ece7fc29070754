/**
 * Probability that a Brownian bridge meets the far-off barrier before the other one, given where it ends. The drift does not matter.
 *
 * from: distance of the start below the upper barrier, > 0. to: the same of the end, negative beyond it. width: distance between
 * the barriers, may be Infinity. variance: of the path over the step, > 0. Exact: the alternating images of a path that touches the
 * barriers in turn (Anderson 1960). By symmetry the lower barrier's is `bridgeHit(width - from, width - to, …)`.
 */
export function bridgeHit(from: number, to: number, width: number, variance: number): number {
  // An end beyond the upper barrier met it for certain, unless the lower one was first.
  if (to <= 0 && width === Infinity) return 1;
  if (to <= 0) return 1 - bridgeHit(width - from, width - to, width, variance);
  const rate = -2 / variance;
  if (width === Infinity) return from === Infinity ? 0 : Math.exp(rate * from * to);
  let total = Math.exp(rate * from * to);
  for (let k = 1; k < 100; k++) {
    const reach = k * width;
    // exp(-((2k w + d)^2 - d^2) / 2 variance) with d the bridge's own displacement.
    const minus = Math.exp(rate * reach * (reach + to - from));
    total += Math.exp(rate * (reach + from) * (reach + to)) - minus;
    if (minus < 1e-17) break;
  }
  return Math.min(1, Math.max(0, total));
}
