"""How long the processors worked."""

import time
from pathlib import Path


def get_cpu(cr):
    """Processor seconds used so far by this process and by the one that serves its connection."""
    backend = Path(f"/proc/{cr.connection.info.backend_pid}")
    if (backend / "comm").read_text().strip() != "postgres":
        raise RuntimeError("PostgreSQL has to run on this machine to be measured")
    return time.process_time() + int((backend / "schedstat").read_text().split()[0]) / 1e9
