import type { SignalType } from '../../../schema/signal.ts';

const marks: Readonly<Record<SignalType, string>> = { BUY: '▲', SELL: '▼', WAIT: '■' };

/** BUY, SELL or WAIT: a shape and a text, so that it does not depend on colour. */
export function SideBadge({ side }: { readonly side: SignalType }) {
  return (
    <span class={`side side-${side.toLowerCase()}`}>
      <span aria-hidden="true">{marks[side] ?? '■'}</span> {side}
    </span>
  );
}
