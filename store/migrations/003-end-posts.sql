-- The end of a signal is a post too: one row for each post and channel, of which a signal can have two.
alter table outbox add column post_id text;
alter table outbox add column kind text not null default 'opening' check (kind in ('opening', 'end'));
update outbox set post_id = signal_id;
alter table outbox alter column post_id set not null;
alter table outbox drop constraint outbox_pkey;
alter table outbox add primary key (post_id, channel);
create unique index outbox_of_signal on outbox (signal_id, channel, kind);
