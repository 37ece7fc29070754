import { exchangeOf } from '../../../schema/symbol/exchanges.ts';
import type { ProviderFacts } from '../../../schema/symbol/instrument.ts';
import { partsOf } from '../../../schema/symbol/symbol-parts.ts';

/** `meta` is a flat object before the values of an answer. */
const meta = /"meta"\s*:\s*(\{[^{}]*\})/;
const metaWithin = 4_000;

/** The facts about its symbol in a REST answer's `meta`, each where it is a string; never throws. */
export function parseMeta(text: string): ProviderFacts {
  const [, found] = meta.exec(text.slice(0, metaWithin)) ?? [];
  if (found === undefined) return {};
  try {
    const { type, exchange, mic_code, currency, country } = JSON.parse(found) as Record<string, unknown>;
    return {
      type: textOf(type),
      exchange: textOf(exchange),
      micCode: textOf(mic_code),
      country: textOf(country),
      currency: textOf(currency),
    };
  } catch {
    return {};
  }
}

/** Why an answer's bars belong to another listing than the one requested; undefined where they may be right. */
export function exchangeMismatch(symbol: string, { exchange, micCode }: ProviderFacts): string | undefined {
  const asked = partsOf(symbol).exchange;
  const one = asked === undefined ? undefined : exchangeOf(asked);
  const other = [micCode, exchange]
    .map((name) => (name === undefined ? undefined : exchangeOf(name)))
    .find(Boolean);
  // An exchange missing from our table may be spelt in other ways.
  if (one === undefined || other === undefined || one.market === other.market) return undefined;
  return `bars of ${symbol} come from ${other.name}`;
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' && value.length <= 100 ? value : undefined;
