import type { PriceEvent } from '../faults.ts';
import type { Listing } from '../listing.ts';
import type { MarketTick } from './market.ts';

/** The provider's names of currencies; those of others are their codes. */
export const currencyNames: Readonly<Record<string, string>> = {
  BTC: 'Bitcoin',
  ETH: 'Ethereum',
  EUR: 'Euro',
  GBP: 'British Pound',
  JPY: 'Japanese Yen',
  USD: 'US Dollar',
  XAU: 'Gold Spot',
  XAG: 'Silver Spot',
  SOL: 'Solana',
  XRP: 'XRP',
  AUD: 'Australian Dollar',
  CHF: 'Swiss Franc',
  CAD: 'Canadian Dollar',
  IDR: 'Indonesian Rupiah',
  AED: 'Emirati Dirham',
  WTI: 'Crude Oil WTI',
  XBR: 'Brent Spot',
  XCU: 'Copper Spot',
};

/** A tick in the provider's format: whole seconds, numbers, currencies by name. */
export function priceEvent(listing: Listing, tick: MarketTick): PriceEvent {
  const [base = '', quote] = listing.ticker.split('/');
  return {
    event: 'price',
    symbol: listing.ticker,
    ...(quote === undefined
      ? { currency: listing.currency }
      : { currency_base: currencyNames[base] ?? base, currency_quote: currencyNames[quote] ?? quote }),
    exchange: listing.exchange,
    ...(listing.micCode !== undefined && { mic_code: listing.micCode }),
    type: listing.type,
    timestamp: Math.floor(tick.time / 1000),
    price: tick.price,
    ...(tick.bid !== undefined && { bid: tick.bid }),
    ...(tick.ask !== undefined && { ask: tick.ask }),
    ...(tick.dayVolume !== undefined && { day_volume: tick.dayVolume }),
  };
}
