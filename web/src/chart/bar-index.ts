/** Index of the bar that holds a time, or of the last one before it; −1 where all are later. `times`: opens, ascending, Unix seconds. */
export function indexAt(times: readonly number[], time: number): number {
  let [low, high] = [0, times.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle]! <= time) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The place of a time among bars of `seconds` each, as a fraction of bars; before the first and after the last they are as if evenly spaced. */
export function placeOf(times: readonly number[], time: number, seconds: number): number {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return 0;
  if (time < first) return (time - first) / seconds;
  if (time >= last) return times.length - 1 + (time - last) / seconds;
  const at = indexAt(times, time);
  return at + (time - times[at]!) / (times[at + 1]! - times[at]!);
}

/** The time at a place, Unix seconds: the reverse of `placeOf`. */
export function timeAt(times: readonly number[], place: number, seconds: number): number {
  const [first, last] = [times[0], times.at(-1)];
  if (first === undefined || last === undefined) return 0;
  if (place < 0) return first + place * seconds;
  if (place >= times.length - 1) return last + (place - times.length + 1) * seconds;
  const at = Math.floor(place);
  return times[at]! + (place - at) * (times[at + 1]! - times[at]!);
}
