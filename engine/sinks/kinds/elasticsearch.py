"""An index of Elasticsearch or OpenSearch."""

from __future__ import annotations

from engine.project.sink_kind import SinkKind
from engine.sinks.maker import Maker, make_database_sink

ELASTICSEARCH_KIND: SinkKind[Maker] = SinkKind(
    name="elasticsearch",
    order=9,
    docs="writes documents to an index of Elasticsearch or OpenSearch",
    by_name=True,
    target="table",
    has_phases=False,
    default_phases=(),
    trouble=None,
    is_counted=False,
    stands_in=False,
    parameters=(),
    engines=("bulk_index",),
    modes=("create", "index"),
    make=make_database_sink,
)
