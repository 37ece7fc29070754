import type { Term } from './term.ts';

/** How signals reach followers, and where prices come from. */
export const deliveryTerms: readonly Term[] = [
  {
    word: 'Channel',
    also: ['Delivery', 'Posts'],
    sentence: 'A place that signals are posted to: the trading platform, Telegram, Discord or a webhook.',
    paragraph:
      'Each channel gets each signal at most once, unless it is known to drop repeated ones. The state beside it is the last that was heard from it.',
  },
  {
    word: 'Queued',
    also: ['Waiting'],
    sentence: 'Stored, and waiting for its turn or for the next attempt.',
    paragraph: 'Attempts that surely did not arrive are repeated until the signal’s time is over.',
  },
  {
    word: 'Delivered',
    sentence: 'The channel said that it has taken the post.',
    paragraph: 'What followers do with it from there on is not seen by this server.',
  },
  {
    word: 'Failed',
    sentence: 'The channel refused the post for good; it is not sent again.',
    paragraph: 'The answer beside it says why. The operator can send it again from the queue’s dashboard.',
  },
  {
    word: 'Parked',
    sentence: 'Perhaps it arrived, perhaps not: it is not sent again, so that nobody trades it twice.',
    paragraph:
      'The connection ended after the post had gone out and before the answer came. The operator looks at the channel and says which it was.',
  },
  {
    word: 'Superseded',
    sentence: 'Not sent: its signal had ended, or the price had left its entry, before it could go out.',
    paragraph: 'A post whose price is gone is of no use to followers. It is not a failure.',
  },
  {
    word: 'Bid and ask',
    also: ['Spread'],
    sentence: 'What buyers pay and sellers ask; the difference is the cost of a trade.',
    paragraph: 'A buy is closed at the bid, a sell at the ask, where the provider sends both.',
  },
  {
    word: 'Feed',
    sentence: 'The stream of prices from the provider, and whether it still comes.',
    paragraph:
      'When it is lost, prices on this page stand still and say so. The gap is filled from the provider’s history when it is back.',
  },
  {
    word: 'Demo',
    sentence: 'A simulated market: no price, signal or result is real.',
    paragraph:
      'It runs until the operator sets a provider’s key, and shows what each part is for. Its posts go to a stand-in.',
  },
];
