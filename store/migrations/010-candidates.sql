-- The candidates that an assignment's experience follows on a symbol's candles until their horizon is over: a server that starts anew follows them on,
-- and learns from them what one that was never stopped learns. One is written at nearly every close; those that are over are swept now and then.
create table candidate (
  symbol text not null,
  timeframe text not null,
  assignment text not null,
  close_time bigint not null,
  expires_at bigint not null,
  -- What its bytes mean.
  version int not null,
  body bytea not null,
  primary key (symbol, timeframe, assignment, close_time)
);
-- How far they were followed at the last live decision.
alter table decision add column following jsonb;
