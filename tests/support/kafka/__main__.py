"""Run a broker until interrupted: ``python -m tests.support.kafka [FOLDER]``."""

from __future__ import annotations

import signal
import sys
import tempfile
from pathlib import Path

from tests.support.kafka.broker import KafkaBroker


def main(folder: Path) -> None:
    """Serve; the data stay in the folder."""
    with KafkaBroker(folder, {"auto.create.topics.enable": "true"}) as broker:
        print(f"Kafka answers at {broker.address}  (Ctrl-C stops it)", flush=True)
        try:
            signal.pause()
        except KeyboardInterrupt:
            print("stopping")


if len(sys.argv) > 1:
    main(Path(sys.argv[1]))
else:
    with tempfile.TemporaryDirectory() as made:
        main(Path(made))
