from __future__ import annotations

import sys
from pathlib import Path

# These tests use the benches of the engine and of runs.
sys.path[:0] = [str(Path(__file__).parents[1] / part) for part in ("engine", "run")]
