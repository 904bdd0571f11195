"""The people and systems of the local shop, in Cognito: users, groups, and tokens that our authorizer accepts.

A user's name is who he is to the shop (`buyer-1` in the token is `buyer-1` on the order); the group is the role; a
merchant's member carries `custom:merchant_id`.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple

from local.cloud import Cloud

# Nobody's secret: these users exist on one machine, in a cloud that forgets them.
PASSWORD = "Only-on-127-0-0-1"
REFRESH_BEFORE = 300  # seconds


class User(NamedTuple):
    name: str
    role: str
    merchant_id: str = ""


DEMO = (
    User("buyer-1", "buyer"),
    User("buyer-2", "buyer"),
    User("buyer-3", "buyer"),
    User("merchant-1", "merchant", "merchant-1"),
    User("merchant-2", "merchant", "merchant-2"),
    User("agent-1", "agent"),
    User("supervisor-1", "supervisor"),
    User("operator-1", "operator"),
    User("auditor-1", "auditor"),
    User("orders", "orders"),
    User("payments", "payments"),
    User("logistics", "logistics"),
    User("stock", "stock"),
)


class Directory:
    """A user pool: makes users, and answers their tokens (kept until shortly before they expire)."""

    def __init__(self, cloud: Cloud, user_pool_id: str, client_id: str) -> None:
        self._cognito = cloud.client("cognito-idp")
        self._pool, self._client = user_pool_id, client_id
        self._tokens: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def add(self, user: User) -> None:
        """Makes the user with his role, or finds him there."""
        where = {"UserPoolId": self._pool, "Username": user.name}
        attributes = [{"Name": "email", "Value": f"{user.name}@example.com"}]
        if user.merchant_id:
            attributes.append({"Name": "custom:merchant_id", "Value": user.merchant_id})
        try:
            self._cognito.admin_create_user(
                **where, MessageAction="SUPPRESS", TemporaryPassword=PASSWORD, UserAttributes=attributes
            )
        except self._cognito.exceptions.UsernameExistsException:
            return
        self._cognito.admin_set_user_password(**where, Password=PASSWORD, Permanent=True)
        self._cognito.admin_add_user_to_group(**where, GroupName=user.role)

    def add_all(self, users: Iterable[User], threads: int = 4) -> None:
        with ThreadPoolExecutor(threads) as pool:
            list(pool.map(self.add, users))

    def token(self, name: str) -> str:
        """An ID token: only that one carries the merchant's id beside name and groups."""
        with self._lock:
            kept = self._tokens.get(name)
        if kept and kept[1] > time.time():
            return kept[0]
        answer = self._cognito.admin_initiate_auth(
            UserPoolId=self._pool,
            ClientId=self._client,
            AuthFlow="ADMIN_USER_PASSWORD_AUTH",
            AuthParameters={"USERNAME": name, "PASSWORD": PASSWORD},
        )["AuthenticationResult"]
        with self._lock:
            self._tokens[name] = (answer["IdToken"], time.time() + answer["ExpiresIn"] - REFRESH_BEFORE)
        return str(answer["IdToken"])
