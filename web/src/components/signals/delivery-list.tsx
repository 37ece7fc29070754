import type { Delivery } from '../../../../schema/signal.ts';
import { formatDuration } from '../../format/duration.ts';
import { formatTime } from '../../format/time.ts';
import { deliveryWords } from '../../format/words.ts';
import { Word } from '../terms/word.tsx';

/** Where the signal was sent, and what came back. */
export function DeliveryList({
  deliveries,
  since,
  isHistory = false,
}: {
  readonly deliveries: readonly Delivery[];
  /** When there was something to send, Unix ms. */
  readonly since: number;
  /** Is the signal one of simulated history? */
  readonly isHistory?: boolean;
}) {
  if (isHistory)
    return <p class="empty">Not posted anywhere: simulated history, from before the first start.</p>;
  if (deliveries.length === 0)
    return <p class="empty">Not posted anywhere: no channel is configured, or the symbol is a visitor’s.</p>;
  return (
    <ul class="deliveries">
      {deliveries.map((delivery) => (
        <li key={delivery.channel}>
          <p>
            <strong>{delivery.channel}</strong>{' '}
            <span class={`delivery delivery-${delivery.state}`}>
              <DeliveryState state={delivery.state} />
            </span>
          </p>
          <p class="delivery-note">
            {delivery.attempts} {delivery.attempts === 1 ? 'attempt' : 'attempts'}, last word{' '}
            {formatTime(delivery.updated_at, 'clock')}
            {delivery.updated_at >= since && ` (${formatDuration(delivery.updated_at - since)} later)`}
            {delivery.remote_id !== null && `, known there as ${delivery.remote_id}`}
          </p>
          {delivery.last_answer !== null && <p class="delivery-answer">{delivery.last_answer}</p>}
        </li>
      ))}
    </ul>
  );
}

/** The state in words; all of them begin with its name. */
function DeliveryState({ state }: Pick<Delivery, 'state'>) {
  const words = deliveryWords[state] ?? state;
  return (
    <>
      <Word>{words.slice(0, state.length)}</Word>
      {words.slice(state.length)}
    </>
  );
}
