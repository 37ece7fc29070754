-- Whose decision a row is. What was stored before there were assignments belongs to the default one, which was live.
alter table decision add column assignment text not null default 'regime';
alter table decision drop constraint decision_pkey;
alter table decision add primary key (symbol, timeframe, assignment);

alter table signal
  add column assignment text not null default 'regime',
  add column mode text not null default 'live' check (mode in ('shadow', 'paper', 'live'));
-- One open signal a symbol, timeframe and assignment.
drop index signal_one_open;
create unique index signal_one_open on signal (symbol, timeframe, assignment) where status = 'open';
create index signal_newest_of_assignment on signal (assignment, created_at desc, id desc);

alter table shadow
  add column assignment text not null default 'regime',
  add column mode text not null default 'live' check (mode in ('shadow', 'paper', 'live'));
