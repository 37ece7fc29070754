import { createStore } from './create-store.ts';

/** The panels around the chart whose size the user chooses. */
export type PanelName = 'market' | 'signals' | 'results';

/** One panel: px, null until somebody has chosen, and whether it is folded away. */
interface Panel {
  readonly size: number | null;
  readonly isFolded: boolean;
}

export type Panels = Readonly<Record<PanelName, Panel>>;

/** Bounds and usual size of each panel, px: its width, or its height for the one below the chart. */
export const panelSizes: Readonly<Record<PanelName, { least: number; most: number; usual: number }>> = {
  market: { least: 200, most: 520, usual: 296 },
  signals: { least: 260, most: 760, usual: 336 },
  results: { least: 120, most: 900, usual: 320 },
};

const untouched: Panel = { size: null, isFolded: false };

export const panels = createStore<Panels>({ market: untouched, signals: untouched, results: untouched });

export function resize(name: PanelName, size: number): void {
  const { least, most } = panelSizes[name];
  const panel = { size: Math.round(Math.min(most, Math.max(least, size))), isFolded: false };
  panels.update((all) => ({ ...all, [name]: panel }));
}

export const fold = (name: PanelName, isFolded: boolean): void =>
  panels.update((all) => ({ ...all, [name]: { ...all[name], isFolded } }));

/** Panels from their stored text; what is missing or of the wrong kind is as if nobody had chosen. */
export function parsePanels(text: string | null): Panels {
  let raw: Record<string, unknown> = {};
  try {
    raw = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    // As if nothing had been kept.
  }
  const panel = (name: PanelName): Panel => {
    const { size, isFolded } = Object(raw[name]) as { size?: unknown; isFolded?: unknown };
    const { least, most } = panelSizes[name];
    const isSize = typeof size === 'number' && size >= least && size <= most;
    return { size: isSize ? size : null, isFolded: isFolded === true };
  };
  return { market: panel('market'), signals: panel('signals'), results: panel('results') };
}
