-- What the candidates of an assignment have taught of their odds on a symbol's candles, as its last live decision was given it. Posted candles,
-- which can be of any market, leave it as it is.
alter table decision add column experience jsonb;
