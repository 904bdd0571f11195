"""Takes the provider's notifications to their address, signed, until somebody has said 2xx."""

import threading
from collections.abc import Mapping

from local.standins.payment_book import Notice
from local.standins.payment_provider import Provider
from local.standins.postman import Letter, Postman
from local.standins.signatures import check, signed

AT_ONCE = 4
SHORTEST_LOOK, LONGEST_LOOK = 0.02, 1.0


class Notifier:
    """Looks when something is due, and at once after `wake()`."""

    def __init__(self, provider: Provider, url: str, signing_secret: str) -> None:
        self._provider, self._url = provider, url
        self.sign_with(signing_secret)
        # The provider's book decides when a notice is tried again, so that a restart forgets none.
        self._postman = Postman(again=lambda status: False, threads=AT_ONCE)
        self._under_way: set[int] = set()
        self._woken, self._stopped = threading.Event(), False
        self._thread = threading.Thread(target=self._work, daemon=True)
        self._thread.start()

    def sign_with(self, signing_secret: str) -> None:
        """Whatever is sent from now on, also again. Raises ValueError for what is no secret."""
        check(signing_secret)
        self._secret = signing_secret

    def wake(self) -> None:
        self._woken.set()

    def stop(self) -> None:
        self._stopped = True
        self._woken.set()
        self._thread.join()
        self._postman.stop()

    def _work(self) -> None:
        while not self._stopped:
            self._woken.clear()
            for notice in self._provider.notices():
                if notice.id not in self._under_way:
                    self._under_way.add(notice.id)
                    self._postman.post(self._letter(notice))
            self._woken.wait(self._pause())

    def _pause(self) -> float:
        next_at = self._provider.book.next_at()
        if next_at is None:
            return LONGEST_LOOK
        return min(LONGEST_LOOK, max(SHORTEST_LOOK, next_at - self._provider.seconds()))

    def _letter(self, notice: Notice) -> Letter:
        def write() -> tuple[Mapping[str, str], str]:
            return signed(self._secret, notice.message_id, notice.body), notice.body

        def told(status: int) -> None:
            if 200 <= status < 300:
                self._provider.delivered(notice)
            else:
                self._provider.undelivered(notice)
            self._under_way.discard(notice.id)
            self.wake()

        return Letter(self._url, write, told)
