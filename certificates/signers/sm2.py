"""Verifying SM2 signatures (GB/T 32918.2, with SM3 and the usual name of the signer).

Only the public half: nothing here is secret, so that plain arithmetic does no harm. Signing belongs into a seal server or a
certified library. Pure.
"""

from dataclasses import dataclass

from cryptography.hazmat.primitives import hashes

PRIME = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A, B = PRIME - 3, 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
ORDER = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
BASE = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
SIGNER_NAME = b"1234567812345678"
"""The name that signers have where none was agreed on."""

_SPKI = bytes.fromhex("3059301306072a8648ce3d020106082a811ccf5501822d03420004")
_HALF = 32

Point = tuple[int, int]
_Scaled = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PublicKey:
    """A point of the curve."""

    x: int
    y: int

    @classmethod
    def from_spki(cls, der: bytes) -> "PublicKey":
        """The key of a SubjectPublicKeyInfo. Raises ValueError for another kind of key, and for no point of the curve."""
        if not der.startswith(_SPKI) or len(der) != len(_SPKI) + 2 * _HALF:
            raise ValueError("not a public key for SM2")
        x, y = int.from_bytes(der[-2 * _HALF : -_HALF], "big"), int.from_bytes(der[-_HALF:], "big")
        if not (x < PRIME and y < PRIME and (y * y - (x * x + A) * x - B) % PRIME == 0):
            raise ValueError("not a point of SM2's curve")
        return cls(x, y)

    @property
    def spki(self) -> bytes:
        """The SubjectPublicKeyInfo."""
        return _SPKI + _bytes(self.x, self.y)

    def verifies(self, signature: bytes, message: bytes) -> bool:
        """Whether the 64 bytes (r and s) are this key's signature of the message."""
        r, s = int.from_bytes(signature[:_HALF], "big"), int.from_bytes(signature[_HALF:], "big")
        both = (r + s) % ORDER
        if not (0 < r < ORDER and 0 < s < ORDER and both):
            return False
        point = sum_of(s, BASE, both, (self.x, self.y))
        return point is not None and (self.digest(message) + point[0] - r) % ORDER == 0

    def digest(self, message: bytes) -> int:
        """SM3 over the signer's name, the curve, the key, and then the message."""
        name = (8 * len(SIGNER_NAME)).to_bytes(2, "big") + SIGNER_NAME
        return int.from_bytes(_sm3(_sm3(name + _bytes(A, B, *BASE, self.x, self.y)) + message), "big")


def _bytes(*numbers: int) -> bytes:
    return b"".join(number.to_bytes(_HALF, "big") for number in numbers)


def _sm3(data: bytes) -> bytes:
    total = hashes.Hash(hashes.SM3())
    total.update(data)
    return total.finalize()


def sum_of(first: int, one: Point, second: int, other: Point) -> Point | None:
    """first · one + second · other; None where it is the point at infinity."""
    table: list[_Scaled] = [(0, 1, 0), (*one, 1), (*other, 1), _add((*one, 1), (*other, 1))]
    total = table[0]
    for bit in range(max(first.bit_length(), second.bit_length()) - 1, -1, -1):
        total = _add(_double(total), table[(first >> bit & 1) + 2 * (second >> bit & 1)])
    x, y, z = total
    if z == 0:
        return None
    inverse = pow(z, -1, PRIME)
    return x * inverse**2 % PRIME, y * inverse**3 % PRIME


def _double(point: _Scaled) -> _Scaled:
    """Jacobian coordinates: x / z², y / z³; z is zero at infinity."""
    x, y, z = point
    square = y * y % PRIME
    middle = 4 * x * square % PRIME
    slope = 3 * (x - z * z) * (x + z * z) % PRIME
    across = (slope * slope - 2 * middle) % PRIME
    return across, (slope * (middle - across) - 8 * square * square) % PRIME, 2 * y * z % PRIME


def _add(one: _Scaled, other: _Scaled) -> _Scaled:
    (x1, y1, z1), (x2, y2, z2) = one, other
    if z1 == 0 or z2 == 0:
        return other if z1 == 0 else one
    u1, u2 = x1 * z2 * z2 % PRIME, x2 * z1 * z1 % PRIME
    s1, s2 = y1 * z2**3 % PRIME, y2 * z1**3 % PRIME
    if u1 == u2:
        return _double(one) if s1 == s2 else (0, 1, 0)
    across, up = u2 - u1, s2 - s1
    square = across * across % PRIME
    cube, middle = square * across % PRIME, u1 * square % PRIME
    x = (up * up - cube - 2 * middle) % PRIME
    return x, (up * (middle - x) - s1 * cube) % PRIME, across * z1 * z2 % PRIME
