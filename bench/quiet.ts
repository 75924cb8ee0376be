// The library logs as its settings say, and reads them when it is loaded: a measurement wants its own lines alone.
process.env.VIGIA_LOG_LEVEL ??= "warn";
