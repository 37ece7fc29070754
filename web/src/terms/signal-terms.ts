import type { Term } from './term.ts';

/** What a signal is made of. */
export const signalTerms: readonly Term[] = [
  {
    word: 'Signal',
    also: ['Signals'],
    sentence: 'A call to buy or sell at a price, with a stop and a target, made when a candle closes.',
    paragraph:
      'Each closed candle of a symbol and timeframe is analysed. About 7 of 100 give a signal. While one is open its entry, stop and target stand, and no second one of the same side is sent. It ends at a level, by the opposite call, or when its time is over.',
  },
  {
    word: 'WAIT',
    sentence: 'No signal: nothing here is worth a trade now. It is the usual answer.',
    paragraph:
      'WAIT says either that the market leans to neither side enough, or that a gate withheld a signal. The line beside it says which, and how near it was.',
  },
  {
    word: 'Entry',
    sentence: 'The price of the candle’s close, from which the trade is counted.',
    paragraph:
      'Followers fill a little later and pay the spread; results on this page take that cost off. A post is not sent any more when the price has already reached a level.',
  },
  {
    word: 'Stop loss',
    also: ['SL', 'Stop'],
    sentence: 'The price at which the trade is given up with a loss of about 1 R.',
    paragraph:
      'It stands half a usual move of the next 24 candles away from the entry, moved behind a support or resistance that is near. A price that jumps over it fills beyond it, so a loss can be larger than 1 R.',
  },
  {
    word: 'Take profit',
    also: ['TP', 'Target'],
    sentence: 'The price at which the trade is closed with its profit.',
    paragraph:
      'It stands about one and a half times as far from the entry as the stop. Results count it as filled at its price, never better.',
  },
  {
    word: 'R',
    also: ['Result, R'],
    sentence: 'The money at risk: the distance from entry to stop. +1.5 R won one and a half times that.',
    paragraph:
      'Counting in R makes trades of different symbols and sizes comparable. Whoever risks 1 % of an account on each signal has won 1.5 % at +1.5 R and lost a little over 1 % at a stop, because cost is taken off.',
  },
  {
    word: 'Chance of target first',
    also: ['Chance of TP', 'P(TP)'],
    sentence: 'How likely the target is met before the stop, within the horizon.',
    paragraph:
      'It is computed from the regimes and the volatility of the last 250 candles, for a price that goes neither way, and moved by what earlier ideas of the same rule came to, called or not (the field prob_tp_hit). It is the one chance that this page, the reasoning and the expectation use. Which level comes first is nearly a coin’s fall: on real markets the chance agreed with what came over a month, within three points, and said little of a single trade. Compare it with the break-even and look at the results.',
  },
  {
    word: 'Chance of stop first',
    sentence: 'How likely the stop is met before the target, within the horizon.',
    paragraph:
      'With the chance of the target and the chance of neither it adds up to 100 %. It is usually the larger one, because the stop is nearer than the target.',
  },
  {
    word: 'Neither in time',
    sentence: 'How likely the horizon ends before the price has met a level.',
    paragraph:
      'The signal then ends as expired at the price of that moment, with a gain or a loss smaller than at a level.',
  },
  {
    word: 'Break-even',
    also: ['Needed to break even'],
    sentence: 'The chance of the target at which wins and losses cancel out, cost included.',
    paragraph:
      'Where the chance of the target is above it, the trade wins on average if that chance is right. It follows from the distances of stop and target and from the spread.',
  },
  {
    word: 'Expected, after cost',
    also: ['Expected'],
    sentence: 'What one such trade wins or loses on average, in R, if its chances are right.',
    paragraph:
      'It weighs the target, the stop and the end without either by the chances shown beside it, and takes the spread off. It is often near zero or below: this server promises levels and discipline, not an edge.',
  },
  {
    word: 'Reward for risk',
    sentence: 'How many times further from the entry the target is than the stop.',
    paragraph:
      'At 1.5 : 1 a win pays one and a half losses, so four wins in ten trades break even before cost.',
  },
  {
    word: 'Horizon',
    also: ['Good until'],
    sentence: 'How long a signal may take, counted in candles of its timeframe: usually 24.',
    paragraph:
      'Candles without market hours, as at a weekend, do not count. When the horizon is over the signal ends as expired, and a post that has not gone out is not sent any more.',
  },
  {
    word: 'Timeframe',
    also: ['Frame'],
    sentence: 'The length of one candle: 1h makes a candle and a decision every hour.',
    paragraph:
      'Each timeframe of a symbol is judged for itself and has one open signal at most. Longer ones give rarer signals with wider stops.',
  },
  {
    word: 'Outcome',
    sentence: 'How a signal ended: at its target, at its stop, reversed, expired or void.',
    paragraph:
      'Outcomes are found on live ticks, and on one-minute candles for the time the server did not hear them. Best and worst say how far the price went for and against the signal before.',
  },
  {
    word: 'Reversed',
    sentence: 'Ended by a signal of the opposite side, at that signal’s entry.',
    paragraph:
      'What its levels would have come to is followed on unseen, because the chances are judged by that and not by a change of mind.',
  },
  {
    word: 'Expired',
    sentence: 'The horizon ended before a level was met.',
    paragraph:
      'A signal that expires ends at the last price before that. Of a post it means that the signal’s time was over before the post could be sent.',
  },
  {
    word: 'Void',
    sentence:
      'The price is no longer in the unit it was called in, after a split for example; it counts nowhere.',
    paragraph: 'It has no result in R, enters no figure and teaches the server nothing.',
  },
  {
    word: 'Best and worst',
    also: ['Best', 'Worst'],
    sentence: 'How far the price went in the signal’s favour and against it, in R.',
    paragraph:
      'Traders call them maximum favourable and maximum adverse excursion. A worst near −1 R on a winner says that its stop was almost met.',
  },
];
