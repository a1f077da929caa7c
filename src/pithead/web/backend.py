"""Who a session belongs to. Passwords are checked by `org.actions`, which counts failures; this only loads the account."""

from django.contrib.auth.backends import BaseBackend
from django.utils import timezone

from pithead.org.models import User


class AccountBackend(BaseBackend):
    def get_user(self, user_id: int) -> User | None:
        """With the person and the mine in the same query. An account that was stopped, a person who left: session over."""
        account = User.objects.select_related("person__mine__mine").filter(pk=user_id, is_active=True).first()
        if account and account.person.left_on and account.person.left_on <= timezone.localdate():
            return None
        return account
