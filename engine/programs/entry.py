"""What the launchers in `bin/` start, as a file: makes the package importable and runs the program they name."""

import signal
import sys

# Held back until there is an answer to them; else one that comes early would be a death.
signal.pthread_sigmask(
    signal.SIG_BLOCK, {signal.SIGUSR1, signal.SIGINT, signal.SIGTERM, signal.SIGQUIT, signal.SIGHUP}
)
sys.path.insert(0, __file__.rpartition("/engine/")[0])

from engine.programs.main import main  # noqa: E402 - it needs the path

if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
