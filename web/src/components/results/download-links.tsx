import { serverUrl } from '../../api/server-url.ts';
import { resultsFilter, resultsQuery } from '../../state/results.ts';
import { useStore } from '../../state/use-store.ts';

/** The trades behind the figures, as files. */
export function DownloadLinks() {
  return (
    <p class="downloads">
      <span>Trades</span> <Download format="csv" /> <Download format="json" />
    </p>
  );
}

function Download({ format }: { readonly format: 'csv' | 'json' }) {
  const filter = useStore(resultsFilter, (chosen) => chosen);
  // A period up to now ends when the link is used, not when it was drawn.
  const address = () => {
    const query = resultsQuery(filter, Date.now());
    return serverUrl(`/performance/trades?${query === '' ? '' : `${query}&`}format=${format}`);
  };
  const { symbol, timeframe, side } = filter;
  const name = ['trades', symbol, timeframe, side].filter((part) => part !== '').join('-');
  return (
    <a
      href={address()}
      download={`${name}.${format}`}
      aria-label={`Download the trades as ${format.toUpperCase()}`}
      onClick={({ currentTarget }) => {
        currentTarget.href = address();
      }}
    >
      {format.toUpperCase()}
    </a>
  );
}
