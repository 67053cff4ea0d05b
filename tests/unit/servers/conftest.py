from __future__ import annotations

import sys
from pathlib import Path

# servers_bench.py is shared by this directory's tests, which are no package, and by those in tests/property.
sys.path.insert(0, str(Path(__file__).parent))
