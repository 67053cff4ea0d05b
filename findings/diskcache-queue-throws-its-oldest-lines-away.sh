#!/usr/bin/env bash
# diskcache 5.6.3: a queue in a Cache (`push`, `pull`) is a cache all the same, and throws its oldest lines away.
#
# Values that were pushed count as the cache's least recently stored entries. Beyond `size_limit` (1 GiB by default, so
# after an outage that is long enough) each push removes up to ten of the oldest, which are those that come next. They
# have no time of expiry, nothing is raised, and nothing is logged. `eviction_policy="none"` keeps them, and so does
# diskcache.Deque.
#
# Output seen, with size_limit of 1 MiB and 2000 lines of 1 KiB:
#   default: the oldest ones are gone, the last ones are there: True True
#   eviction_policy="none": 2000 of 2000
#
# Needs Python 3 with venv (seen on 3.11).
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
python3 -m venv python
python/bin/pip install --quiet --disable-pip-version-check diskcache==5.6.3

cat >queue_of.py <<'PY'
from diskcache import Cache


def pulled(directory: str, **settings: str) -> list[int]:
    """The numbers of the lines that come out of a queue that 2000 were pushed to."""
    with Cache(directory, size_limit=2**20, **settings) as cache:
        for number in range(2000):
            cache.push(f"{number:07} {'x' * 1015}\n")
        numbers = []
        while (line := cache.pull()[1]) is not None:
            numbers.append(int(line.split()[0]))
        return numbers


left = pulled("cache")
print("default: the oldest ones are gone, the last ones are there:", left[0] > 500, left == list(range(left[0], 2000)))
print(f'eviction_policy="none": {len(pulled("kept", eviction_policy="none"))} of 2000')
PY
python/bin/python queue_of.py | tee seen
diff seen - <<'SEEN'
default: the oldest ones are gone, the last ones are there: True True
eviction_policy="none": 2000 of 2000
SEEN
