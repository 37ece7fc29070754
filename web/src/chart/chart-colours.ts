/** The tokens a canvas needs, as plain colours. */
export interface ChartColours {
  readonly panel: string;
  readonly ink: string;
  readonly faint: string;
  readonly rule: string;
  readonly amber: string;
  readonly up: string;
  readonly down: string;
  readonly calm: string;
  /** Of indicators, in their order. */
  readonly lines: readonly string[];
  readonly face: string;
}

/** Reads the tokens as they hold now. A canvas cannot read `light-dark()`, so the browser computes them on a probe. */
export function chartColours(host: HTMLElement): ChartColours {
  const probe = host.appendChild(document.createElement('span'));
  const colour = (token: string) => {
    probe.style.color = `var(${token})`;
    return getComputedStyle(probe).color;
  };
  const colours = {
    panel: colour('--panel'),
    ink: colour('--ink-2'),
    faint: colour('--ink-3'),
    rule: colour('--rule'),
    amber: colour('--amber'),
    up: colour('--up'),
    down: colour('--down'),
    calm: colour('--calm'),
    lines: [1, 2, 3, 4, 5, 6].map((n) => colour(`--line-${n}`)),
    face: getComputedStyle(host).fontFamily,
  };
  probe.remove();
  return colours;
}

/** The colour thinned to `alpha`; it comes as `rgb(r, g, b)`. */
export const thin = (colour: string, alpha: number): string =>
  colour.replace(/^rgb\((.*)\)$/, `rgba($1, ${alpha})`);
