from __future__ import annotations

import sys
from pathlib import Path

# The helpers are shared by this directory's tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))
