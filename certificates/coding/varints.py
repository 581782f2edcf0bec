"""Whole numbers as few bytes (LEB128): seven bits a byte, the lowest first, the high bit says that more follow. Pure."""

from collections.abc import Iterable, Iterator

from certificates.coding.cbor import Malformed

MAX_BYTES = 7
"""Numbers below 2**49: in JavaScript they are exact."""


def encode(numbers: Iterable[int]) -> bytes:
    """The numbers one after the other, each in its shortest form. None is below zero."""
    data = bytearray()
    for number in numbers:
        left = number
        while left > 127:
            data.append(left & 127 | 128)
            left >>= 7
        data.append(left)
    return bytes(data)


def decode(data: bytes) -> Iterator[int]:
    """The numbers of exactly these bytes. Raises Malformed for a longer form of a number, and for one that is cut off."""
    number = size = 0
    for byte in data:
        number |= (byte & 127) << (7 * size)
        size += 1
        if byte & 128:
            if size == MAX_BYTES:
                raise Malformed("a number longer than any")
            continue
        if byte == 0 and size > 1:
            raise Malformed("a number written longer than needed")
        yield number
        number = size = 0
    if size:
        raise Malformed("a number that is cut off")
