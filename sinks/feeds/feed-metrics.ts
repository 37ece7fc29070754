import { Counter, Gauge, type Registry } from 'prom-client';

/** The metrics of both feeds. Labels are bounded: feed is `prices` or `signals`, the others are constants of this code. */
export function feedMetrics(registry: Registry) {
  const registers = [registry];
  const counter = (name: string, help: string, ...labelNames: string[]) =>
    (registry.getSingleMetric(name) as Counter | undefined) ??
    new Counter({ name, help, labelNames, registers });
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    (registry.getSingleMetric(name) as Gauge | undefined) ?? new Gauge({ name, help, labelNames, registers });
  return {
    connections: gauge('anso_ws_connections', 'Open WebSocket connections.', 'feed'),
    subscriptions: gauge('anso_ws_subscriptions', 'Subscriptions of all connections.', 'feed'),
    sent: counter('anso_ws_frames_sent_total', 'Broadcast frames handed to connections.', 'feed', 'type'),
    received: counter('anso_ws_frames_received_total', 'Frames that clients sent.', 'feed'),
    errors: counter('anso_ws_errors_total', 'Error frames answered.', 'feed', 'code'),
    closed: counter('anso_ws_closed_total', 'Connections that the server ended.', 'feed', 'reason'),
    conflated: counter(
      'anso_ws_conflated_total',
      'Frames replaced by a newer one for a slow client.',
      'feed',
    ),
  };
}
export type FeedMetrics = ReturnType<typeof feedMetrics>;
