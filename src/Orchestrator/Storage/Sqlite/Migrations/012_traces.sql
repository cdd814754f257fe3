-- The span under which the request was accepted (W3C): a start that a crash delayed goes on in the same trace.
alter table requests add column trace_context text;
