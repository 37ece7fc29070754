-- The candles of other timeframes that a signal's strategy was given, beside its own: base64 of six columns of float64, by timeframe.
alter table signal add column analysed_frames jsonb;
