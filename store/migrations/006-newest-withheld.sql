-- What /withheld lists, of all symbols and of one.
create index shadow_newest on shadow (created_at desc, id desc, gate);
create index shadow_newest_of_symbol on shadow (symbol, created_at desc, id desc, gate);
