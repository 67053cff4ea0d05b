from __future__ import annotations

import sys
from pathlib import Path

# These tests use the benches of the engine and of the servers beside the modules of their own directory.
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "engine"))
sys.path.insert(0, str(Path(__file__).parents[1] / "unit" / "servers"))
sys.path.insert(0, str(Path(__file__).parent))
