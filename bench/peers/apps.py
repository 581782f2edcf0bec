"""The peers' registration."""

from django.apps import AppConfig


class PeersConfig(AppConfig):
    """Peers: other engines, measured beside us."""

    name = "bench.peers"
    label = "peers"
