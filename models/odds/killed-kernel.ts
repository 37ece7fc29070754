/** Share of the squared corridor above which the sine series needs fewer terms than the images. */
const SWITCH = 0.15;

/**
 * Fills `kernel` (n x n, row = from, column = to) with the density of a Brownian motion's move over one step without meeting 0 or 1,
 * each row times its quadrature weight: what one bar does to a density on the nodes.
 *
 * Distances in units of the corridor; `spread` is the standard deviation of the step, `drift` its mean (Girsanov's factor).
 */
export function killedKernel(
  nodes: Float64Array,
  weights: Float64Array,
  drift: number,
  spread: number,
  kernel: Float64Array,
): void {
  const n = nodes.length;
  const density = spread * spread < SWITCH ? imageDensity : sineDensity;
  const tilt = drift / (spread * spread);
  const shift = -(drift * tilt) / 2;
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      const still = density(nodes[i]!, nodes[j]!, spread);
      const bend = tilt * (nodes[j]! - nodes[i]!);
      // Below every double that matters: most pairs of a calm state.
      const negligible = still < 1e-30;
      kernel[i * n + j] = negligible ? 0 : still * Math.exp(shift + bend) * weights[i]!;
      kernel[j * n + i] = negligible ? 0 : still * Math.exp(shift - bend) * weights[j]!;
    }
  }
}

/** The same density from one point to every node, without weights, into `out`. */
export function killedDensity(
  from: number,
  nodes: Float64Array,
  drift: number,
  spread: number,
  out: Float64Array,
): void {
  const density = spread * spread < SWITCH ? imageDensity : sineDensity;
  const tilt = drift / (spread * spread);
  for (let j = 0; j < nodes.length; j++) {
    out[j] = density(from, nodes[j]!, spread) * Math.exp(tilt * (nodes[j]! - from) - (drift * tilt) / 2);
  }
}

function imageDensity(x: number, y: number, spread: number): number {
  const rate = -0.5 / (spread * spread);
  const near =
    Math.exp(rate * (y - x) ** 2) - Math.exp(rate * (y + x) ** 2) - Math.exp(rate * (2 - x - y) ** 2);
  // Second reflections matter only to a step that can cross the corridor.
  const far =
    spread < 0.2
      ? 0
      : Math.exp(rate * (2 + y - x) ** 2) +
        Math.exp(rate * (2 - y + x) ** 2) -
        Math.exp(rate * (2 + x + y) ** 2) -
        Math.exp(rate * (4 - x - y) ** 2);
  return Math.max(0, near + far) / (spread * Math.sqrt(2 * Math.PI));
}

function sineDensity(x: number, y: number, spread: number): number {
  let sum = 0;
  for (let n = 1; n < 20; n++) {
    const decay = Math.exp(-((n * Math.PI * spread) ** 2) / 2);
    sum += decay * Math.sin(n * Math.PI * x) * Math.sin(n * Math.PI * y);
    if (decay < 1e-18) break;
  }
  return Math.max(0, 2 * sum);
}
