"""Who is there: asked on every request, so both readings are prepared."""

from datetime import datetime
from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import QuerySet

from tandem.kit import clock, prepared
from tandem.people.models import User

PERSON = [field.attname for field in User._meta.concrete_fields]


class SessionStore(db.SessionStore):
    def _get_session_from_db(self) -> Session | None:
        key = self.session_key or ""
        rows = _session(key=key, now=clock.real()) if key.isalnum() else []
        if not rows:
            self._session_key = None
            return None
        _key, data, expires = rows[0]
        return Session(session_key=key, session_data=data, expire_date=expires)


class People(AuthenticationBackend):
    def get_user(self, user_id: Any) -> User | None:
        user = next((User.from_db("default", PERSON, row) for row in _person(pk=int(user_id))), None)
        return user if user and self.user_can_authenticate(user) else None


@prepared.listed
def _session(*, key: str, now: datetime) -> QuerySet:
    found = Session.objects.filter(session_key=key, expire_date__gt=now)
    return found.values_list("session_key", "session_data", "expire_date")


@prepared.listed
def _person(*, pk: int) -> QuerySet:
    return User.objects.filter(pk=pk).order_by().values_list(*PERSON)
