/** Nodes and weights of Gauss-Legendre quadrature on [0, 1]: n points integrate polynomials up to degree 2n - 1 exactly. */
export function gaussLegendre(n: number): { nodes: Float64Array; weights: Float64Array } {
  const nodes = new Float64Array(n);
  const weights = new Float64Array(n);
  for (let i = 0; i < Math.ceil(n / 2); i++) {
    let x = Math.cos((Math.PI * (i + 0.75)) / (n + 0.5));
    let slope = 0;
    for (let round = 0; round < 20; round++) {
      // Bonnet's recursion for the Legendre polynomial and its derivative, then Newton's step.
      let previous = 0;
      let value = 1;
      for (let k = 0; k < n; k++)
        [previous, value] = [value, ((2 * k + 1) * x * value - k * previous) / (k + 1)];
      slope = (n * (x * value - previous)) / (x * x - 1);
      const step = value / slope;
      x -= step;
      if (Math.abs(step) < 1e-15) break;
    }
    const weight = 1 / ((1 - x * x) * slope * slope);
    nodes[i] = (1 - x) / 2;
    nodes[n - 1 - i] = (1 + x) / 2;
    weights[i] = weight;
    weights[n - 1 - i] = weight;
  }
  return { nodes, weights };
}
