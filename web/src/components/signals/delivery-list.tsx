import type { Delivery } from '../../../../schema/signal.ts';
import { formatTime } from '../../format/time.ts';
import { deliveryWords } from '../../format/words.ts';

/** Where the signal was sent, and what came back. */
export function DeliveryList({
  deliveries,
  isHistory = false,
}: {
  readonly deliveries: readonly Delivery[];
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
              {deliveryWords[delivery.state] ?? delivery.state}
            </span>
          </p>
          <p class="delivery-note">
            {delivery.attempts} {delivery.attempts === 1 ? 'attempt' : 'attempts'}, last word{' '}
            {formatTime(delivery.updated_at, 'clock')}
            {delivery.remote_id !== null && `, known there as ${delivery.remote_id}`}
          </p>
          {delivery.last_answer !== null && <p class="delivery-answer">{delivery.last_answer}</p>}
        </li>
      ))}
    </ul>
  );
}
