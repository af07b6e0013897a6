"""Starts MiniStack with the corrections without which it cannot deploy this stack, or any with a secret.

A correction is where CloudFormation's documentation leaves no doubt and MiniStack does otherwise.
Each one refuses to work once MiniStack does it right, so that it cannot outlive its reason.

https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-secretsmanager-secret.html
"""

import os
import signal
import sys
import threading

from ministack.app import main
from ministack.core.responses import new_uuid
from ministack.services.cloudformation.provisioners import _RESOURCE_HANDLERS

secret = _RESOURCE_HANDLERS["AWS::SecretsManager::Secret"]
create, update, delete = secret["create"], secret["update"], secret["delete"]


def name_of(arn):
    """The name in a secret's ARN, which ends with a hyphen and six characters of its own."""
    return arn.rsplit(":", 1)[1][:-7]


def create_secret(logical_id, properties, stack_name):
    """`Ref` of a secret gives its ARN (MiniStack: its name), and a name that CloudFormation
    generates is the logical id, a hyphen and 12 characters (MiniStack: the stack's name before
    them). CDK's `secretName` is computed from both."""
    properties = {"Name": f"{logical_id}-{new_uuid().replace('-', '')[:12]}", **properties}
    ref, attributes = create(logical_id, properties, stack_name)
    if ref.startswith("arn:"):
        raise ValueError("Ref of a secret gives its ARN by itself now: remove the correction")
    return attributes["Arn"], attributes


def update_secret(arn, old, new, *args, **kwargs):
    name = {"Name": name_of(arn)}
    _, attributes = update(name["Name"], {**name, **old}, {**name, **new}, *args, **kwargs)
    return attributes["Arn"], attributes


def delete_secret(arn, properties):
    return delete(name_of(arn), properties)


def end_with_parent():
    """Standard input ends when whoever started this is gone, even if it was killed."""
    sys.stdin.read()
    os.killpg(0, signal.SIGKILL)


secret.update(create=create_secret, update=update_secret, delete=delete_secret)
threading.Thread(target=end_with_parent, daemon=True).start()
main()
