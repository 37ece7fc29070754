import type { PerformanceAnswer } from '../../../../schema/performance.ts';
import type { GateVerdict } from '../../../../schema/signal.ts';
import { formatR, formatShare } from '../../format/price.ts';
import { gateWords } from '../../format/words.ts';
import { Word } from '../terms/word.tsx';

/** What each gate held back, followed as if it had been issued: does the gate earn its place? */
export function WithheldTable({ withheld }: { readonly withheld: PerformanceAnswer['withheld'] }) {
  const rows = Object.entries(withheld);
  return (
    <div class="withheld">
      <div class="plot-head">
        <h3>
          <Word>Gates</Word>
        </h3>
        <span class="panel-note">
          what they <Word>withheld</Word>
        </span>
      </div>
      {rows.length === 0 ? (
        <p class="empty">No gate has held a signal back.</p>
      ) : (
        <table class="numbers">
          <thead>
            <tr>
              <th scope="col">Gate</th>
              <th scope="col">N</th>
              <th scope="col">Won</th>
              <th scope="col">Mean</th>
            </tr>
          </thead>
          <tbody>
            {rows.map(([gate, figures]) => (
              <tr key={gate}>
                <th scope="row">{gateWords[gate as GateVerdict['gate']] ?? gate}</th>
                <td>{figures.resolved}</td>
                <td>{figures.win_rate === null ? '—' : formatShare(figures.win_rate)}</td>
                <td>{figures.expectancy_r === null ? '—' : formatR(figures.expectancy_r)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
