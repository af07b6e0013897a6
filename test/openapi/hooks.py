"""What JSON Schema cannot say of the job API's requests: Schemathesis loads it by SCHEMATHESIS_HOOKS."""

import base64
import uuid

import schemathesis
from hypothesis import strategies as st


def cursor(number):
    """A cursor of GET /jobs: the id of a job, a UUID version 7."""
    version_and_variant = 0x7 << 76 | 0b10 << 62
    free = ~(0xF << 76 | 0b11 << 62)
    text = str(uuid.UUID(int=number & free | version_and_variant))
    return base64.urlsafe_b64encode(text.encode()).decode()


schemathesis.openapi.format("cursor", st.integers(0, 2**128 - 1).map(cursor))


def exact(value):
    """A JSON value whose integers are written as doubles where they may be none."""
    if isinstance(value, int) and abs(value) > 2**53:
        return float(max(-(10**300), min(value, 10**300)))
    if isinstance(value, list):
        return [exact(each) for each in value]
    if isinstance(value, dict):
        return {name: exact(each) for name, each in value.items()}
    return value


@schemathesis.hook
def map_body(context, body):
    return exact(body)
