from __future__ import annotations

import sys
from pathlib import Path

# These tests use the engine's bench (see tests/unit/engine) beside the modules of their own directory.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "engine"))
sys.path.insert(0, str(Path(__file__).parent))
