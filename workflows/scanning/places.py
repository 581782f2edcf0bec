"""The same paper at two places at once: a licence hangs in one shop, so that two of them are one and its copy. Pure.

apart(Place(31.2174, 121.4187), Place(31.2304, 121.4737))   # metres that are beyond doubt
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import asin, cos, radians, sin, sqrt

WINDOW = timedelta(hours=24)
FAR = 500
"""Metres. A shop's own premises, and what buildings do to a telephone's bearings, are less."""

EARTH = 6_371_000


@dataclass(frozen=True, slots=True)
class Place:
    """Degrees, and the metres within which the device is sure of them."""

    latitude: float
    longitude: float
    accuracy: float = 0.0


@dataclass(frozen=True, slots=True)
class Sighting:
    """A paper at a place at a moment; `key` is the caller's."""

    key: int
    place: Place
    at: datetime


def apart(one: Place, other: Place) -> float:
    """The least distance in metres that two places may have, given how sure the devices are; never below zero."""
    latitudes = radians(one.latitude), radians(other.latitude)
    north, east = latitudes[1] - latitudes[0], radians(other.longitude - one.longitude)
    chord = sin(north / 2) ** 2 + cos(latitudes[0]) * cos(latitudes[1]) * sin(east / 2) ** 2
    return max(0.0, 2 * EARTH * asin(min(1.0, sqrt(chord))) - one.accuracy - other.accuracy)


def elsewhere(one: Sighting, others: Iterable[Sighting]) -> Sighting | None:
    """The nearest in time of those within a day that are far from this one; None where there is none."""
    far = [other for other in others if abs(other.at - one.at) <= WINDOW and apart(one.place, other.place) > FAR]
    return min(far, key=lambda other: (abs(other.at - one.at), other.key), default=None)
