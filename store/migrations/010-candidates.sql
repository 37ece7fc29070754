-- The candidates whose horizon was not over at an assignment's last live decision: a server that starts anew follows them on, and learns from them
-- what one that was never stopped learns.
alter table decision add column candidates bytea;
