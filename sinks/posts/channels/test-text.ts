/** What a test of a channel says. No word of a side, a price or a symbol: programs that trade what they read find nothing in it. */
export const testText =
  'Anso Vision: a test of this channel, by its operator. Messages arrive here. This is no signal, and there is nothing to trade.';
