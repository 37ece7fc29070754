import type { LegendEntry } from '../../chart/indicator-series.ts';

/** The values of the chart's indicators at the bar under the pointer, or at the last one. */
export function IndicatorLegend({ entries }: { readonly entries: readonly LegendEntry[] }) {
  if (entries.length === 0) return null;
  return (
    <ul class="indicator-legend" aria-label="Indicators at this bar">
      {entries.map(({ title, colour, values }, i) => (
        <li key={i}>
          <span class="indicator-swatch" style={{ background: colour }} />
          {title} <strong>{values.join(' / ')}</strong>
        </li>
      ))}
    </ul>
  );
}
