-- A post of which nobody knows whether it was taken, while its receiver is asked: since when (the end of the attempt, Unix ms), how often
-- it was asked, and how often it said that it has none.
alter table outbox add column doubt_since bigint;
alter table outbox add column asked integer not null default 0;
alter table outbox add column absents integer not null default 0;
