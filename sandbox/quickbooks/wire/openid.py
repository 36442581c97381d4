"""Who is behind a token, as OpenID Connect tells it: the claims, the signed identity token, and its key."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from datetime import datetime, timedelta
from typing import Any

from sandbox.quickbooks.state import API_USER, PEOPLE

ISSUER = "https://oauth.platform.intuit.com/op/v1"  # clients know it by heart, wherever they find the server
SUBJECT = "1182d6ec-2a1f-4aa3-af3f-bb3b95db45af"
_KEY_ID = "OPENIDSANDBOX"
_LIFETIME = timedelta(hours=1)
_EXPONENT = 65537
_MODULUS = int(  # of a key that is public in both halves: it proves nothing but that a client checks
    "c698b89a321590eb7acaa9ef4fe5ffc1a447e2a40737415d88913b0c3b8e222aa93a2118f936e9c0e68af751ae931452"
    "f80460dcdda338ea81b673db7888c7760006ea5947b70b53257d0d180f0cd4b537c641e65b41165755880f465d8eb73c"
    "45b9d5dec01da6151a7211f37de20474d2af1f9525c5c7d031906e84676766ca49a700a9b8162287ce61a0f5e1af3d1a"
    "4bff843b91e5fe37589368a40e6ddee16afb431eeb1528032290609449ea506eae510ebbdffe6ac210085eb2f0b6cfd8"
    "ab47d296c0bfe3e4db39e4cdeae6b18acee576cff217a4356eca38206ace1d550c65668b001eb38e9a19adc654cfb082"
    "764c0ffed3f5f7b7838aec76bf24633d",
    16,
)
_PRIVATE_EXPONENT = int(
    "42a46d0e11507b5909d38842ee24d8363ad2849356788c4ebecd3d6b5570d4b64c235d87ebd92987b9d55838e8c42245"
    "d54462dcbae352ee1ea90327dac2cb6c25862c8dd92aeb79f3528b5a4f7296ce58f1069c2e7320f41d9792c8a20c8a20"
    "87a55cc76ae08822fcc4da9142e4dd69f6691dc806ecdfa855798a1c9436769f43cced44e630ce4295ea9631951a8102"
    "9d71206c1f72429501457c5b04b59e247571a7987bcf581d7da709afca1b578c44858f79dd9b211c5c94bb02d3777847"
    "3104594a1a8fa5225c8a705bb81230b13d3ceef2599f18eecc6aa4f89189ec63760b9f3e40c08d993e2bfd78b0631b7f"
    "c34e017f2ced082329e5a64ce7b2911",
    16,
)
_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # SHA-256, as PKCS #1 names it


def keys() -> dict[str, Any]:
    """The key set with which clients verify identity tokens."""
    modulus, exponent = _encoded(_bytes(_MODULUS)), _encoded(_bytes(_EXPONENT))
    key = {"kty": "RSA", "e": exponent, "use": "sig", "kid": _KEY_ID, "alg": "RS256", "n": modulus}
    return {"keys": [key]}


def identity_token(client_id: str, realm: str, now: datetime) -> str:
    """A JSON web token for the person who connected `realm`, signed with RS256."""
    issued = int(now.timestamp())
    claims = {
        "sub": SUBJECT,
        "aud": [client_id],
        "realmid": realm,
        "auth_time": issued,
        "iss": ISSUER,
        "exp": issued + int(_LIFETIME.total_seconds()),
        "iat": issued,
    }
    signed = ".".join(
        _encoded(json.dumps(part).encode()) for part in ({"kid": _KEY_ID, "alg": "RS256"}, claims)
    )
    return f"{signed}.{_encoded(_signature(signed.encode()))}"


def person(scopes: frozenset[str]) -> dict[str, Any]:
    """What the user info endpoint tells of the person to a token with these scopes."""
    told: dict[str, Any] = {"sub": SUBJECT}
    if "profile" in scopes:
        told |= dict(zip(("givenName", "familyName"), PEOPLE[API_USER], strict=True))
    if "email" in scopes:
        told |= {"email": "admin@sandbox.example", "emailVerified": True}
    if "phone" in scopes:
        told |= {"phoneNumber": "+1 6505550100", "phoneNumberVerified": True}
    if "address" in scopes:
        street = {"streetAddress": "2600 Marine Way", "locality": "Mountain View", "region": "CA"}
        told["address"] = street | {"postalCode": "94043", "country": "US"}
    return told


def _signature(message: bytes) -> bytes:
    """RSASSA-PKCS1-v1_5 with SHA-256."""
    length = len(_bytes(_MODULUS))
    digest = _DIGEST_INFO + hashlib.sha256(message).digest()
    padded = b"\x00\x01" + b"\xff" * (length - len(digest) - 3) + b"\x00" + digest
    return pow(int.from_bytes(padded, "big"), _PRIVATE_EXPONENT, _MODULUS).to_bytes(length, "big")


def _bytes(number: int) -> bytes:
    return number.to_bytes((number.bit_length() + 7) // 8, "big")


def _encoded(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()
