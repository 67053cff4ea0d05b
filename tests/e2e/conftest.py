from __future__ import annotations

import signal
import sys
from pathlib import Path

# The helpers are shared by this directory's tests, which are no package.
sys.path.insert(0, str(Path(__file__).parent))

# Whoever is started with it ignored, as under `nohup`, leaves it so, and so would all that these tests start.
signal.signal(signal.SIGHUP, signal.SIG_DFL)
