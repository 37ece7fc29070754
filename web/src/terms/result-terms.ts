import type { Term } from './term.ts';

/** What the results panel measures. */
export const resultTerms: readonly Term[] = [
  {
    word: 'Win rate',
    also: ['Won'],
    sentence: 'The share of ended signals that made money after cost.',
    paragraph:
      'Alone it says little: with a target one and a half times as far as the stop, 40 % break even before cost. Read it with its interval.',
  },
  {
    word: '95 % interval',
    also: ['Interval'],
    sentence: 'Where the true figure lies in 19 of 20 cases, given how few signals it rests on.',
    paragraph:
      'It is wide with few signals and narrows slowly. Signals of one day share its market, so many of them on few days tell less than their number says; the interval allows for that.',
  },
  {
    word: 'N',
    sentence: 'How many ended signals a figure rests on.',
    paragraph: 'Below a few hundred, luck explains most differences.',
  },
  {
    word: 'Expectancy',
    also: ['Mean'],
    sentence: 'What a signal won or lost on average, in R, after cost.',
    paragraph:
      'If its interval has zero in it, the results do not show that the signals win, nor that they lose.',
  },
  {
    word: 'Profit factor',
    sentence: 'All that was won divided by all that was lost: above 1 is a gain.',
    paragraph:
      'It is the same question as the expectancy, asked as a ratio. With few signals it jumps about.',
  },
  {
    word: 'Drawdown',
    also: ['Worst drawdown', 'Below its highest'],
    sentence: 'How far the sum of results fell from its highest point, in R.',
    paragraph:
      'Whoever risked 1 % of the account on each signal lost about as many per cent from the top as the drawdown has R.',
  },
  {
    word: 'Equity',
    also: ['Sum of R'],
    sentence: 'The results of all ended signals added up, one after the other.',
    paragraph: 'It counts every signal with the same risk and lets nothing grow on itself.',
  },
  {
    word: 'Brier score',
    also: ['Brier'],
    sentence: 'How far the chances were from what came: 0 is perfect, lower is better.',
    paragraph:
      'It is the mean square of the difference between the confidence and what happened (1 for target first, 0 otherwise). Whoever always says how often targets come, about 40 %, has 0.24; only a lower score shows that the chances tell signals apart.',
  },
  {
    word: 'Calibration',
    sentence: 'Whether what was called 40 % likely happened in 40 of 100 cases.',
    paragraph:
      'Each dot is a group of signals with about the same confidence: to the right is what was said, upwards is what was seen. On the dashed line the two agree; small dots are few signals and may lie off it by luck.',
  },
];
