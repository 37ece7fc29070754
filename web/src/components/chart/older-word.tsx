import { useEffect } from 'preact/hooks';
import { loadOlder } from '../../live/load-older.ts';
import type { ChartData } from '../../state/chart/candles.ts';

/** Older candles that could not be had are asked for again so much later, ms. */
const againMs = 5_000;

/** What is to be said of candles older than those on the chart: they are coming, they could not be had, there are none. */
export function OlderWord({ data }: { readonly data: ChartData }) {
  const { older, olderReason } = data;
  useEffect(() => {
    if (older !== 'later') return undefined;
    const timer = setTimeout(() => void loadOlder(), againMs);
    return () => clearTimeout(timer);
  }, [older, olderReason]);
  return (
    <p class={`older-word older-${older}`} role="status">
      {older === 'loading' && 'Loading older candles…'}
      {older === 'none' && `The chart begins here${olderReason === undefined ? '' : `: ${olderReason}`}.`}
      {older === 'later' && (
        <>
          No older candles yet: {olderReason ?? 'the server could not be asked'}.{' '}
          <button type="button" onClick={() => void loadOlder()}>
            Ask again
          </button>
        </>
      )}
    </p>
  );
}
