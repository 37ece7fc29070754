/**
 * The t within which a share of Student's distribution lies, both sides together: 12.706 for 95 % and one degree of freedom, 1.96 for
 * many. Throws a RangeError unless the degrees of freedom are a whole number above 0 and the share lies between 0 and 1.
 */
export function studentQuantile(degreesOfFreedom: number, share = 0.95): number {
  if (!(Number.isInteger(degreesOfFreedom) && degreesOfFreedom > 0))
    throw new RangeError(`degrees of freedom ${degreesOfFreedom} must be a whole number above 0`);
  if (!(share > 0 && share < 1)) throw new RangeError(`share ${share} must lie between 0 and 1`);
  // The share within t rises with the angle atan(t / √ν): halve the bracket until it is as narrow as a double.
  let [low, high] = [0, Math.PI / 2];
  for (let round = 0; round < 60; round++) {
    const angle = (low + high) / 2;
    if (shareWithin(angle, degreesOfFreedom) < share) low = angle;
    else high = angle;
  }
  return Math.sqrt(degreesOfFreedom) * Math.tan((low + high) / 2);
}

/** Abramowitz and Stegun 26.7.3 (odd) and 26.7.4 (even degrees of freedom). */
function shareWithin(angle: number, degreesOfFreedom: number): number {
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = degreesOfFreedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = degreesOfFreedom === 1 ? 0 : term;
  for (let k = isOdd ? 3 : 2; k <= degreesOfFreedom - 2; k += 2) {
    term *= ((k - 1) / k) * cosine ** 2;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}
