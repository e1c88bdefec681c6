"""A crowd: files whose judging stops where the house is asked, until they are let go."""

import threading

from forms_service.signing.expected import Expected


class Crowd:
    """Whoever asks is noted in `arrived` and waits for `go`; the house then knows nothing."""

    def __init__(self) -> None:
        self.arrived = threading.Semaphore(0)
        self.go = threading.Event()

    def find(self, document_id: str) -> Expected | None:
        del document_id
        self.arrived.release()
        self.go.wait()
        return None
