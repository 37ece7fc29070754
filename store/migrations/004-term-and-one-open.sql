-- The term of whoever writes as the ingest. Each one that takes over raises it, and each of its writes checks it in its own transaction.
create table ingest_term (
  one boolean primary key default true check (one),
  term bigint not null,
  -- Who took it, for people.
  holder text not null
);
insert into ingest_term (term, holder) values (0, '');

-- One open signal a symbol and timeframe. Where there are more, the newest stands: it is the one that was followed. Nobody knows how
-- the others would have ended, so they are void; subscribers are told, and what was not sent of them is not sent any more.
with surplus as (
  select id, symbol, timeframe, row_number() over (order by created_at, id) as n,
    floor(extract(epoch from now()) * 1000)::bigint as ended_at,
    jsonb_build_object(
      'status', 'void', 'resolved_at', floor(extract(epoch from now()) * 1000), 'exit_price', body -> 'entry', 'r', null,
      'mfe', 0, 'mae', 0, 'ambiguous_bar', false,
      'reason', 'a later signal of its symbol and timeframe was opened beside it'
    ) as outcome
  from (
    select *, row_number() over (partition by symbol, timeframe order by created_at desc, id desc) as place
    from signal where status = 'open'
  ) as ranked
  where place > 1
), ended as (
  update signal set status = 'void', outcome = surplus.outcome, resolved_at = surplus.ended_at
  from surplus where signal.id = surplus.id
), unsent as (
  update outbox set state = case when maybe_stored then 'parked' else 'superseded' end,
    last_answer = 'not sent: the signal ended (void)', updated_at = surplus.ended_at
  from surplus
  where outbox.signal_id = surplus.id and outbox.kind = 'opening' and outbox.state = 'queued'
), told as (
  insert into signal_log (log_offset, frame)
  select last_offset + n, jsonb_build_object(
    'type', 'signal_resolved', 'symbol', symbol, 'timeframe', timeframe, 'id', id, 'outcome', outcome,
    'timestamp', ended_at, 'epoch', (select value from meta where key = 'epoch'), 'offset', last_offset + n
  )
  from surplus, log_position
)
update log_position set last_offset = last_offset + (select count(*) from surplus);

drop index signal_open;
create unique index signal_one_open on signal (symbol, timeframe) where status = 'open';
