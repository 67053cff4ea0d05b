"""ClickHouse over HTTP: rows as JSONEachRow, in requests that are taken whole or not at all."""
