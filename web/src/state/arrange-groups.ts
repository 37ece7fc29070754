import { nameOf, type Group } from './parse-watch-list.ts';

/** The groups with every symbol in one of them: those that are in none stand at the end of the first, in their own order. */
export function withAll(groups: readonly Group[], symbols: readonly string[]): readonly Group[] {
  const placed = new Set(groups.flatMap((group) => group.symbols));
  const [first = { name: '', symbols: [] }, ...named] = groups;
  return [{ ...first, symbols: [...first.symbols, ...symbols.filter((one) => !placed.has(one))] }, ...named];
}

/** The groups with a symbol at a place of one of them. */
export function placed(groups: readonly Group[], symbol: string, name: string, at: number): readonly Group[] {
  return groups.map((group) => {
    const others = group.symbols.filter((one) => one !== symbol);
    return group.name === name
      ? { ...group, symbols: [...others.slice(0, at), symbol, ...others.slice(at)] }
      : others.length === group.symbols.length
        ? group
        : { ...group, symbols: others };
  });
}

/**
 * The groups with a symbol one place up (-1) or down (1), over the symbols that are `shown` alone; at the edge of its group it goes into
 * the next one. At the edge of the list nothing changes.
 */
export function stepped(
  groups: readonly Group[],
  symbol: string,
  step: -1 | 1,
  shown: ReadonlySet<string>,
): readonly Group[] {
  const at = groups.findIndex((group) => group.symbols.includes(symbol));
  const group = groups[at];
  if (group === undefined) return groups;
  const seen = group.symbols.filter((one) => shown.has(one));
  const neighbour = seen[seen.indexOf(symbol) + step];
  if (neighbour !== undefined) {
    const others = group.symbols.filter((one) => one !== symbol);
    return placed(groups, symbol, group.name, others.indexOf(neighbour) + (step === 1 ? 1 : 0));
  }
  const next = groups[at + step];
  if (next === undefined) return groups;
  return placed(groups, symbol, next.name, step === 1 ? 0 : next.symbols.length);
}

/** The groups with a new, empty one at the end; as they were where the name is empty or taken. */
export function withGroup(groups: readonly Group[], text: string): readonly Group[] {
  const name = nameOf(text);
  const isTaken = groups.some((group) => group.name.toLowerCase() === name.toLowerCase());
  return name === '' || isTaken ? groups : [...groups, { name, symbols: [] }];
}

/** The groups without one of them, whose symbols go to the first. */
export function withoutGroup(groups: readonly Group[], name: string): readonly Group[] {
  const gone = groups.find((group) => group.name === name);
  const [first, ...named] = groups.filter((group) => group !== gone);
  if (gone === undefined || name === '' || first === undefined) return groups;
  return [{ ...first, symbols: [...first.symbols, ...gone.symbols] }, ...named];
}
