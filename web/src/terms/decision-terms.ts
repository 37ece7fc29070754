import type { Term } from './term.ts';

/** Why there is a signal or none, and on what it rests. */
export const decisionTerms: readonly Term[] = [
  {
    word: 'Regime',
    also: ['Market regime'],
    sentence: 'Which kind of market this is now: bearish, neutral or bullish, each with its chance.',
    paragraph:
      'A hidden Markov model finds three kinds of candles in the last 250 and says how likely each is now. The names are an order by their mean return, not a forecast; often they part calm from wild rather than up from down.',
  },
  {
    word: 'Score',
    sentence: 'How far the regimes are expected to carry the price, in units of its usual move.',
    paragraph:
      'Above zero it points up, below down. A signal needs a score beyond its threshold: one that only 15 of the last 100 or so candles of this market passed.',
  },
  {
    word: 'Threshold',
    sentence: 'The score from which a side is called: 15 of 100 recent candles pass it.',
    paragraph:
      'It is taken from the market’s own last 150 scores, so that quiet and wild markets give signals equally often.',
  },
  {
    word: 'Other fits',
    sentence: 'How many other explanations of the same candles call the same side.',
    paragraph:
      'The model is fitted from several starting points. A call that the fits which explain the candles as well do not make is luck, and is not issued.',
  },
  {
    word: 'Gates',
    also: ['Gate'],
    sentence: 'Checks that each new signal has to pass: data quality, news and risk limits.',
    paragraph:
      'A gate can withhold a signal and never ends one that is open. What it withholds is followed as if it had been issued, so that the results can say whether the gate earns its place.',
  },
  {
    word: 'Withheld',
    sentence: 'A gate refused it: nobody was told, nothing was posted.',
    paragraph:
      'Withheld signals are followed in silence to the end they would have had. The results compare them with those that were issued.',
  },
  {
    word: 'Data quality',
    sentence: 'The gate that refuses signals from candles with holes, frozen prices or broken scales.',
    paragraph:
      'A level computed from wrong candles is wrong, however good the model. The next complete candles open the gate again.',
  },
  {
    word: 'News',
    sentence: 'The gate that refuses signals close to a high-impact event of one of the symbol’s currencies.',
    paragraph:
      'By default from 30 minutes before the event to 30 minutes after it. Prices can jump over a stop at such a time.',
  },
  {
    word: 'Risk limits',
    sentence:
      'The gate for how many signals, how close together, and whether the levels are worth their cost.',
    paragraph:
      'Among them: signals an hour and a day, the time between two, the reward for risk, the cost against the stop, wild candles, and a price that has already been at a level. The operator sets them.',
  },
  {
    word: 'Channels',
    sentence: 'The gate that keeps followers of a channel to one idea a symbol and timeframe.',
    paragraph:
      'Where several strategies run side by side, what one has open on a channel keeps the entry of another from its followers: two would be two positions on one account.',
  },
  {
    word: 'Assignment',
    also: ['Assignments'],
    sentence: 'A strategy with its parameters on symbols and timeframes, as shadow, on paper or live.',
    paragraph:
      'Each has signals, limits, calibration and results of its own. Without a file of the operator’s there is one: the built-in rule on everything, live.',
  },
  {
    word: 'Shadow',
    sentence: 'Followed and judged like any signal, but told and posted to nobody.',
    paragraph:
      'So a rule shows what it is worth before anybody follows it. The page draws its signals apart; no feed and no channel has them.',
  },
  {
    word: 'Paper',
    sentence: 'Told to those who ask for its assignment by name, and posted to nobody.',
    paragraph:
      'A program can trade it on a demo account. Whoever listens to the signals without naming it does not hear of it.',
  },
  {
    word: 'Live',
    sentence: 'Told to everybody, and posted to the channels of its assignment.',
    paragraph:
      'What followers copy. Whatever becomes of the assignment later, a signal that was issued live is followed and ended in front of them.',
  },
  {
    word: 'Premium',
    also: ['Premium zone', 'at a premium'],
    sentence: 'The price is in the upper part of its recent range: dear.',
    paragraph:
      'Beside a buy it says that the price has already risen, beside a sell that there is room. It is reported and not traded on, because it did not improve results when it was tried.',
  },
  {
    word: 'Discount',
    also: ['at a discount'],
    sentence: 'The price is in the lower part of its recent range: cheap.',
    paragraph:
      'It is the opposite of premium, and like it reported and not traded on, because it did not improve results when it was tried.',
  },
  {
    word: 'Confidence',
    also: ['Chance, corrected by results'],
    sentence: 'The chance of target first, moved by what earlier signals came to.',
    paragraph:
      'Where targets came less often than was said, it is lower than the chance of target first, and the other way round; without outcomes the two are the same. It is the field confidence of the interface, and what Brier score and calibration judge. Break-even and expectation go with the chance of target first, not with it.',
  },
  {
    word: 'Model’s numbers',
    sentence: 'What the decision was computed from, for whoever wants to compute it again.',
    paragraph:
      'Version, seed, options and fingerprints of the candles and of the result. With them and the stored candles the command explain computes the signal again to the last digit.',
  },
  {
    word: 'Strategy',
    sentence: 'The rule that made the decision.',
    paragraph: 'Unless the operator has added rules of their own it is the server’s own, from regimes.',
  },
];
