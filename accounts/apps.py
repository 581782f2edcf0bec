"""The room's registration."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """Accounts: people, enterprises and public bodies."""

    name = "accounts"
    verbose_name = "用户与机构"
