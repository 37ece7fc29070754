/** Symbols under a name, in the user's order. */
export interface Group {
  /** Empty: the first one, of all that was put nowhere. */
  readonly name: string;
  readonly symbols: readonly string[];
}

export interface WatchListChoice {
  /** Symbols besides those that the server watches anyway. */
  readonly added: readonly string[];
  /** The first has no name. */
  readonly groups: readonly Group[];
}

/** Of symbols, groups and characters of a name. */
const most = { symbols: 200, groups: 20, name: 24 };

/** A list from its stored text; whatever is missing or of the wrong kind is left out. */
export function parseWatchList(text: string | null): WatchListChoice {
  let raw: Record<string, unknown> = {};
  try {
    raw = Object(JSON.parse(text ?? '{}')) as Record<string, unknown>;
  } catch {
    // As if nothing was kept.
  }
  const seen = new Set<string>();
  const groups = listOf(raw['groups']).flatMap((one): Group[] => {
    const { name, symbols } = Object(one) as Record<string, unknown>;
    if (typeof name !== 'string') return [];
    const own = textsOf(symbols).filter((symbol) => !seen.has(symbol));
    for (const symbol of own) seen.add(symbol);
    return [{ name: nameOf(name), symbols: own }];
  });
  const [first, ...named] = groups[0]?.name === '' ? groups : [{ name: '', symbols: [] }, ...groups];
  const unique = named.filter(({ name }, i) => name !== '' && named.findIndex((g) => g.name === name) === i);
  return { added: textsOf(raw['added']), groups: [first!, ...unique.slice(0, most.groups)] };
}

/** A group's name as it is kept: short, without spaces around it. */
export const nameOf = (text: string): string => text.trim().replaceAll(/\s+/g, ' ').slice(0, most.name);

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const textsOf = (value: unknown): readonly string[] =>
  [...new Set(listOf(value).filter((item): item is string => typeof item === 'string'))].slice(
    0,
    most.symbols,
  );
