/**
 * Expected sum over the next `horizon` bars of a value that each state pays per bar, for each state of the present bar:
 * A x + A^2 x + ... + A^H x. The expectation from a mixture of states is its inner product with the result.
 *
 * transition: K x K, row-major. values: K. horizon: whole bars, >= 0.
 */
export function horizonSums(transition: Float64Array, values: Float64Array, horizon: number): Float64Array {
  const K = values.length;
  const sums = new Float64Array(K);
  let power = values;
  for (let bar = 0; bar < horizon; bar++) {
    const next = new Float64Array(K);
    for (let i = 0; i < K; i++) {
      for (let j = 0; j < K; j++) next[i]! += transition[i * K + j]! * power[j]!;
      sums[i]! += next[i]!;
    }
    power = next;
  }
  return sums;
}
