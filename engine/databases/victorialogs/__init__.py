"""VictoriaLogs: rows as lines with fields, in `_bulk` requests whose answers say how many lines were read."""
