-- What the levels of a reversed signal came to: it is followed on unseen, for prob_tp_hit is judged by its levels. levels_status is
-- null where nothing is to follow, 'open' while it is followed, else the end.
alter table signal
  add column levels_status text,
  add column levels_outcome jsonb,
  add column levels_resolved_at bigint;
create index signal_levels_open on signal (symbol, timeframe) where levels_status = 'open';

-- Of those reversed before, only the ones whose horizon still runs can be followed; the others stay unknown.
update signal set levels_status = 'open'
where status = 'reversed' and expires_at > extract(epoch from now()) * 1000;
