-- Times are Unix ms in bigint. Prices are float8: never rounded.

create table meta (
  key text primary key,
  value text not null
);
insert into meta values ('epoch', gen_random_uuid()::text);

create table candle (
  symbol text not null,
  timeframe text not null,
  open_time bigint not null,
  close_time bigint not null,
  open float8 not null,
  high float8 not null,
  low float8 not null,
  close float8 not null,
  volume float8 not null,
  volume_kind text not null,
  ticks integer not null,
  complete boolean not null,
  source text not null,
  late_ticks integer not null,
  longest_silence_ms float8 not null,
  revision integer not null,
  primary key (symbol, timeframe, open_time)
);

-- Windows that REST has confirmed to hold no trade.
create table empty_window (
  symbol text not null,
  timeframe text not null,
  open_time bigint not null,
  primary key (symbol, timeframe, open_time)
);

-- The last decision of each symbol and timeframe, whatever it was.
create table decision (
  symbol text not null,
  timeframe text not null,
  close_time bigint not null,
  body jsonb not null,
  primary key (symbol, timeframe)
);

-- Issued signals. `body` is the signal as issued, without what changes later: status, outcome, deliveries.
create table signal (
  id text primary key,
  symbol text not null,
  timeframe text not null,
  signal_type text not null,
  status text not null,
  close_time bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  resolved_at bigint,
  body jsonb not null,
  -- The candles it was analysed on: six columns of float64.
  analysed_window bytea not null,
  outcome jsonb
);
create index signal_newest on signal (created_at desc, id desc);
create index signal_newest_of_symbol on signal (symbol, created_at desc, id desc);
create index signal_open on signal (symbol, timeframe) where status = 'open';
create index signal_resolved on signal (resolved_at) where resolved_at is not null;

-- What /ws/signals replays. Offsets follow the order of commits: each transaction that writes here holds the row of
-- log_position until it commits.
create table log_position (
  one boolean primary key default true check (one),
  last_offset bigint not null
);
insert into log_position (last_offset) values (0);
create table signal_log (
  log_offset bigint primary key,
  frame jsonb not null
);

-- One post a signal and channel. The truth about deliveries; the queue's jobs only wake the worker.
create table outbox (
  signal_id text not null references signal,
  channel text not null,
  symbol text not null,
  state text not null,
  attempts integer not null default 0,
  -- Of the attempt in hand or the last one, written before its first byte.
  token text,
  -- An attempt ended without telling whether the platform took it.
  maybe_stored boolean not null default false,
  -- Until then the attempt in hand may still be in flight.
  sending_until bigint,
  next_attempt_at bigint,
  last_answer text,
  remote_id text,
  history jsonb not null default '[]',
  -- Order of posts within a symbol.
  position bigint not null,
  created_at bigint not null,
  updated_at bigint not null,
  expires_at bigint not null,
  primary key (signal_id, channel)
);
create index outbox_unfinished on outbox (channel, symbol, position) where state in ('queued', 'sending');

-- When a channel may post next: the rate limit, kept over restarts.
create table channel_pace (
  channel text primary key,
  next_at float8 not null
);

-- BUY and SELL that a gate withheld, followed as if issued.
create table shadow (
  id text not null,
  gate text not null,
  symbol text not null,
  timeframe text not null,
  close_time bigint not null,
  created_at bigint not null,
  expires_at bigint not null,
  status text not null,
  resolved_at bigint,
  body jsonb not null,
  outcome jsonb,
  primary key (id, gate)
);
create index shadow_open on shadow (symbol, timeframe) where status = 'open';
create index shadow_resolved on shadow (resolved_at) where resolved_at is not null;
