"""Elasticsearch and OpenSearch: rows as documents, in `_bulk` requests whose answers say what became of each."""
