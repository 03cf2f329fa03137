-- Version 7: what outputs take at rest is added up without reading the values beside them.

create index outputs_at_rest on outputs (run, bytes) where bytes > 0;
