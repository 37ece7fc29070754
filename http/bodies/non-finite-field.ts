import { fieldPath } from '../../schema/outside/field-path.ts';
import { quoted } from '../../schema/outside/outside-text.ts';

/**
 * Path of the first NaN or Infinity in a text that is no JSON, as `candles[17].close`; undefined where something else is wrong before
 * it. Reads no further than that.
 */
export function nonFiniteField(text: string): string | undefined {
  /** A step of each container around the place: the index in an array, the field's name in an object. */
  const steps: (number | string)[] = [];
  for (let i = 0; i < text.length; i++) {
    // A body may hold a hundred thousand numbers: they are passed over by code, not by pattern.
    if (isOfNumber(text.charCodeAt(i)) && text.charCodeAt(i + 1) !== capitalI) continue;
    const character = text[i]!;
    if (character === '[') steps.push(0);
    else if (character === '{') steps.push('');
    else if (character === ']' || character === '}') {
      if (steps.pop() === undefined) return undefined;
    } else if (character === ',') {
      const step = steps.at(-1);
      if (typeof step === 'number') steps[steps.length - 1] = step + 1;
    } else if (character === '"') {
      const end = endOfString(text, i);
      if (/^\s{0,9}:/.test(text.slice(end + 1, end + 11))) steps[steps.length - 1] = text.slice(i + 1, end);
      i = end;
    } else if (character !== ':' && character.trim() !== '') {
      const [word] = /^[^\s,\]}"[{:]+/.exec(text.slice(i, i + 40))!;
      if (/^[+-]?(?:NaN|Infinity)$/.test(word))
        return fieldPath(steps.map((step) => (typeof step === 'number' ? step : quoted(step))));
      if (!/^(?:true|false|null)$/.test(word)) return undefined;
      i += word.length - 1;
    }
  }
  return undefined;
}

const capitalI = 73;
/** A digit, a point, a sign, or the e of an exponent. */
const isOfNumber = (code: number): boolean =>
  (code >= 48 && code <= 57) || code === 46 || code === 45 || code === 43 || code === 101 || code === 69;

function endOfString(text: string, start: number): number {
  let i = start + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}
