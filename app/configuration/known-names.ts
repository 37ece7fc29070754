import { Environment } from '../../config.ts';

const known = Object.keys(Environment.shape);

/** Variables that others read: of Node, npm, PostgreSQL's client, compose and the shell. */
const ofOthers = /^(?:NODE_|npm_|POSTGRES_|PG[A-Z]|COMPOSE_|DOCKER_|TZ$|LANG$|LC_|(?:HTTPS?|NO|ALL)_PROXY$)/i;

export const isKnown = (name: string): boolean => known.includes(name) || ofOthers.test(name);

/** The variable that a misspelt name means: of another case, of other underscores, with a letter or a word too many or too few. */
export function nearestName(name: string): string | undefined {
  if (isKnown(name)) return undefined;
  const plain = letters(name);
  const same = known.find((one) => letters(one) === plain || sorted(letters(one)) === sorted(plain));
  if (same !== undefined) return same;
  const most = (one: string) => {
    const length = Math.max(plain.length, letters(one).length);
    return plain.length >= 10 ? 2 : length >= 5 ? 1 : 0;
  };
  const [nearest] = known
    .map((one) => ({ one, distance: editDistance(letters(one), plain) }))
    .filter(({ one, distance }) => distance <= most(one))
    .sort((a, b) => a.distance - b.distance);
  return nearest?.one ?? known.find((one) => differsByWords(one, name));
}

/** A name as it may be printed: one that is none of ours, nor near, could be a secret on a line of its own. */
export function wordFor(name: string): string {
  return isKnown(name) || nearestName(name) !== undefined || /^[A-Z]+(?:_[A-Z]+)*$/.test(name)
    ? name
    : 'the variable';
}

const letters = (name: string): string => name.toUpperCase().replaceAll(/[^A-Z0-9]/g, '');
const sorted = (text: string): string => text.split('').sort().join('');

/** `TELEGRAM_TOKEN` for TELEGRAM_BOT_TOKEN: the same first word, and all words of the shorter one are in the longer. */
function differsByWords(one: string, name: string): boolean {
  const [a, b] = [one.split('_'), name.toUpperCase().split('_')];
  const [short, long] = a.length < b.length ? [a, b] : [b, a];
  return short.length >= 2 && short[0] === long[0] && short.every((word) => long.includes(word));
}

/** Least number of letters put in, left out, replaced or swapped with their neighbour (optimal string alignment). */
function editDistance(a: string, b: string): number {
  const rows = Array.from({ length: a.length + 1 }, (_, i) => [i, ...Array<number>(b.length).fill(0)]);
  for (let j = 0; j <= b.length; j++) rows[0]![j] = j;
  for (let i = 1; i <= a.length; i++)
    for (let j = 1; j <= b.length; j++) {
      const cost = Number(a[i - 1] !== b[j - 1]);
      const [row, above] = [rows[i]!, rows[i - 1]!];
      row[j] = Math.min(above[j]! + 1, row[j - 1]! + 1, above[j - 1]! + cost);
      const isSwap = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (isSwap) row[j] = Math.min(row[j]!, rows[i - 2]![j - 2]! + 1);
    }
  return rows[a.length]![b.length]!;
}
