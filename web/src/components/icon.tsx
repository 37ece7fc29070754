/** The page's few icons, drawn on a 16 px grid in the text's colour. Always beside or under a name that is read out. */
const paths = {
  sliders:
    'M2 4.5h6M12 4.5h2M2 11.5h2M8 11.5h6M10 2.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6M6 9.7a1.8 1.8 0 1 0 0 3.6 1.8 1.8 0 0 0 0-3.6',
  bell: 'M3.5 11.5h9c-1-1-1.2-2-1.2-4a3.3 3.3 0 0 0-6.6 0c0 2-.2 3-1.2 4zM6.7 13.6a1.4 1.4 0 0 0 2.6 0',
  muted: 'M3.5 11.5h9c-1-1-1.2-2-1.2-4a3.3 3.3 0 0 0-6.6 0c0 2-.2 3-1.2 4zM2 2l12 12',
  move: 'M8 1.5v13M5.5 4L8 1.5 10.5 4M5.5 12L8 14.5l2.5-2.5',
  close: 'M3.5 3.5l9 9M12.5 3.5l-9 9',
  back: 'M9.5 3L4.5 8l5 5',
  indicators: 'M2 11c2 0 2.5-6 4.5-6S9 9 11 9s2-3.5 3-4.5M2 13.8h12',
  full: 'M2.5 6V2.5H6M10 2.5h3.5V6M13.5 10v3.5H10M6 13.5H2.5V10',
  share: 'M8 10V2M5 4.7L8 2l3 2.7M3.5 7.5V14h9V7.5',
  table: 'M2 3h12v10H2zM2 6.4h12M2 9.7h12M6 3v10',
  market: 'M2 4h12M2 8h12M2 12h8',
  chart: 'M4 3v10M2.5 5.5h3v4h-3zM11 3v10M9.5 7h3v4h-3z',
  signals: 'M2.5 10.5L6 7l3 2.5 4.5-6M10.5 3.5h3v3',
  results: 'M2 13.5h12M3.5 11v-3M7 11V4M10.5 11V6.5',
} as const;

export type IconName = keyof typeof paths;

export function Icon({ name }: { readonly name: IconName }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  );
}
