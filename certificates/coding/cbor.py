"""The small part of CBOR (RFC 8949) that codes and status lists use, in its deterministic form only.

Whole numbers, byte strings, texts, arrays, maps with whole-number keys in ascending order, null; lengths are definite and
as short as can be. Every value has exactly one encoding, so whatever decodes was encoded this way: a longer length, a
repeated or unsorted key, an indefinite length, a tag, a float, a byte left over are all refused. Pure, and small enough
to be written a second time in another language.
"""

Value = int | bytes | str | None | list["Value"] | dict[int, "Value"]

MAX_DEPTH = 6
_NULL = 0xF6
_UINT, _NINT, _BYTES, _TEXT, _ARRAY, _MAP = range(6)


class Malformed(ValueError):
    """The bytes are not a value in its deterministic encoding."""


def encode(value: Value) -> bytes:
    """The one encoding of a value. Maps are sorted by key; keys below zero come after the others."""
    if value is None:
        return bytes([_NULL])
    if isinstance(value, int):
        return _head(_UINT, value) if value >= 0 else _head(_NINT, -1 - value)
    if isinstance(value, bytes):
        return _head(_BYTES, len(value)) + value
    if isinstance(value, str):
        text = value.encode()
        return _head(_TEXT, len(text)) + text
    if isinstance(value, list):
        return _head(_ARRAY, len(value)) + b"".join(map(encode, value))
    pairs = sorted((encode(key), encode(item)) for key, item in value.items())
    return _head(_MAP, len(pairs)) + b"".join(key + item for key, item in pairs)


def _head(major: int, argument: int) -> bytes:
    if argument < 24:
        return bytes([major << 5 | argument])
    for extra, size in ((24, 1), (25, 2), (26, 4), (27, 8)):
        if argument < 1 << (8 * size):
            return bytes([major << 5 | extra]) + argument.to_bytes(size, "big")
    raise ValueError(f"{argument} does not fit into 64 bits")


def whole(value: Value, among: range) -> int:
    """The value, where it is a whole number of the range. Raises Malformed."""
    if not isinstance(value, int) or value not in among:
        raise Malformed("a number out of its range")
    return value


def decode(data: bytes) -> Value:
    """The value of exactly these bytes. Raises Malformed."""
    value, end = _decode(data, 0, MAX_DEPTH)
    if end != len(data):
        raise Malformed("bytes are left over")
    return value


def _decode(data: bytes, at: int, depth: int) -> tuple[Value, int]:
    if depth == 0:
        raise Malformed("nested too deep")
    if at < len(data) and data[at] == _NULL:
        return None, at + 1
    major, argument, at = _decode_head(data, at)
    if major == _UINT:
        return argument, at
    if major == _NINT:
        return -1 - argument, at
    if argument > len(data) - at:
        raise Malformed("shorter than it says")
    if major in (_BYTES, _TEXT):
        return _string(data[at : at + argument], major), at + argument
    return _collection(data, at, major, argument, depth - 1)


def _decode_head(data: bytes, at: int) -> tuple[int, int, int]:
    """Major type, argument, and where the content begins."""
    if at >= len(data):
        raise Malformed("ends too early")
    major, extra = data[at] >> 5, data[at] & 31
    at += 1
    if major > _MAP:
        raise Malformed("a kind of value that codes do not use")
    if extra < 24:
        return major, extra, at
    if extra > 27:
        raise Malformed("an indefinite or reserved length")
    size = 1 << (extra - 24)
    argument = int.from_bytes(data[at : at + size], "big")
    if at + size > len(data) or argument < (24 if size == 1 else 1 << (4 * size)):
        raise Malformed("a length written longer than needed, or cut off")
    return major, argument, at + size


def _string(content: bytes, major: int) -> bytes | str:
    if major == _BYTES:
        return content
    try:
        return content.decode()
    except UnicodeDecodeError as error:
        raise Malformed("a text that is not UTF-8") from error


def _collection(data: bytes, at: int, major: int, count: int, depth: int) -> tuple[Value, int]:
    if major == _ARRAY:
        items: list[Value] = []
        for _ in range(count):
            item, at = _decode(data, at, depth)
            items.append(item)
        return items, at
    pairs: dict[int, Value] = {}
    last = b""
    for _ in range(count):
        begin = at
        key, at = _decode(data, begin, depth)
        written = data[begin:at]
        if not isinstance(key, int) or written <= last:
            raise Malformed("a map whose keys are not whole numbers, repeat, or are out of order")
        pairs[key], at = _decode(data, at, depth)
        last = written
    return pairs, at
