import type { Assignment, Owner } from '../../schema/strategies/assignment.ts';

/** A live assignment of the built-in rule to everything, posted nowhere; `over` replaces fields. */
export const anAssignment = (id: string, over: Partial<Assignment> = {}): Assignment => ({
  id,
  strategy: 'regime',
  version: 'v1',
  mode: 'live',
  symbols: ['*'],
  timeframes: ['*'],
  params: {},
  channels: [],
  sharesChannels: false,
  bars: 250,
  frames: {},
  ...over,
});

export const ownerOfIt = ({ id, strategy, mode, version }: Assignment): Owner => ({
  strategy,
  assignment: id,
  mode,
  version,
});
