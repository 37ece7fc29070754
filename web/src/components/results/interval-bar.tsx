interface Props {
  readonly low: number;
  readonly high: number;
  readonly at: number;
  /** The ends of the scale, within which the interval lies. */
  readonly from: number;
  readonly to: number;
  /** A value to compare with, marked on the scale. */
  readonly mark?: number;
}

/** An interval and its estimate on a scale; the text beside it says the same. */
export function IntervalBar({ low, high, at, from, to, mark }: Props) {
  const x = (value: number) => Math.min(100, Math.max(0, ((value - from) / (to - from)) * 100));
  return (
    <svg class="interval" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
      <rect class="interval-scale" x="0" y="3.5" width="100" height="1" />
      {mark !== undefined && <rect class="interval-mark" x={x(mark) - 0.3} y="0" width="0.6" height="8" />}
      <rect class="interval-range" x={x(low)} y="2" width={x(high) - x(low)} height="4" />
      <rect class="interval-at" x={x(at) - 0.4} y="0" width="0.8" height="8" />
    </svg>
  );
}
