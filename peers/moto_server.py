"""Moto's own server on a free port of the loopback, with one route more: POST /peers/keys gives keys another age;
with reports that are dated; and with a CloudFormation that fails as AWS's does, and knows the one type of setup/'s
templates that it lacks.

The body is {ACCESS KEY ID: {"createdAt": ISO 8601, "lastUsed": [ISO 8601, service, region] or null,
"reportedRotation": ISO 8601 or null}}; the last is the date that reports then give, as AWS may after a change of status.
The port is printed as the first line. It ends when its standard input does.
"""

import json
import os
import re
import sys
import threading
from datetime import datetime, timezone

from moto.cloudformation.exceptions import ValidationError
from moto.cloudformation.models import CloudFormationBackend
from moto.cloudformation.parsing import OutputMap
from moto.cloudformation.responses import CloudFormationResponse
from moto.core.common_models import CloudFormationModel
from moto.core.exceptions import ServiceException
from moto.core.responses import EmptyResult
from moto.iam.models import AccessKeyLastUsed, User, iam_backends
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, create_backend_app
from werkzeug.serving import make_server
from werkzeug.wrappers import Request, Response


class OIDCProvider(CloudFormationModel):
    """There can be one for an issuer in an account: another is refused, as by IAM."""

    __module__ = "moto.iam.models"  # by which moto tells the service

    def __init__(self, arn):
        self.physical_resource_id = arn

    @staticmethod
    def cloudformation_name_type():
        return None

    @staticmethod
    def cloudformation_type():
        return "AWS::IAM::OIDCProvider"

    @classmethod
    def create_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name, **kwargs):
        properties = cloudformation_json["Properties"]
        made = iam_backends[account_id]["aws"].create_open_id_connect_provider(
            properties["Url"], [], properties["ClientIdList"], []
        )
        return cls(made.arn)

    @classmethod
    def update_from_cloudformation_json(cls, original_resource, new_resource_name, cloudformation_json, account_id, region_name):
        return original_resource

    @classmethod
    def delete_from_cloudformation_json(cls, resource_name, cloudformation_json, account_id, region_name):
        pass  # the template retains it


def with_outputs(execute):
    """Moto works a stack's outputs out before a change set has given it a template."""

    def executed(self, *args, **kwargs):
        execute(self, *args, **kwargs)
        for stack in self.stacks.values():
            stack.output_map = OutputMap(stack.resource_map, stack.resource_map._template, stack.stack_id)

    return executed


CloudFormationBackend.execute_change_set = with_outputs(CloudFormationBackend.execute_change_set)


def with_failures(execute):
    """Moto ends the call with what a resource's creation failed of, and leaves the stack as if nothing had begun."""

    def executed(self):
        try:
            return execute(self)
        except ServiceException:
            name = self._get_param("ChangeSetName")
            change_set = self.cloudformation_backend.describe_change_set(name)
            stack = change_set.stack
            made = stack.resource_map._parsed_resources
            stack.resource_map._resource_json_map = {
                name: each for name, each in stack.resource_map._resource_json_map.items() if name in made
            }
            # What failed is yet to be made: the same template once more is a change.
            stack.template = change_set.template + "\nMetadata: {Failed: true}\n"
            kept = self._get_bool_param("DisableRollback", False)
            stack.status = f"{change_set.change_set_type}_FAILED" if kept else "ROLLBACK_COMPLETE"
            return EmptyResult()

    return executed


def after_rollback(create):
    """A stack whose creation was rolled back can only be deleted."""

    def created(self):
        name = self._get_param("StackName")
        if any(each.name == name and each.status == "ROLLBACK_COMPLETE" for each in self.cloudformation_backend.stacks.values()):
            raise ValidationError(message=f"Stack:{name} is in ROLLBACK_COMPLETE state and can not be updated.")
        return create(self)

    return created


CloudFormationResponse.execute_change_set = with_failures(CloudFormationResponse.execute_change_set)
CloudFormationResponse.create_change_set = after_rollback(CloudFormationResponse.create_change_set)


def instant(text):
    return datetime.fromisoformat(text).astimezone(timezone.utc).replace(tzinfo=None)


def with_reported_rotation(to_csv):
    """Moto reports the creation date alone."""

    def reported(self):
        created = [key.create_date for key in self.access_keys]
        try:
            for key in self.access_keys:
                key.create_date = getattr(key, "reported_rotation", key.create_date)
            return to_csv(self)
        finally:
            for key, date in zip(self.access_keys, created):
                key.create_date = date

    return reported


User.to_csv = with_reported_rotation(User.to_csv)


def age_keys(ages):
    aged = 0
    for partitions in list(iam_backends.values()):
        for backend in list(partitions.values()):
            for user in backend.users.values():
                for key in user.access_keys:
                    age = ages.get(key.access_key_id)
                    if age is None:
                        continue
                    key.create_date = instant(age["createdAt"])
                    # Nobody has a key before being there.
                    user.create_date = min(user.create_date.replace(tzinfo=None), key.create_date)
                    if age["lastUsed"] is not None:
                        at, service, region = age["lastUsed"]
                        key.last_used = AccessKeyLastUsed(instant(at), service, region)
                    if age.get("reportedRotation") is not None:
                        key.reported_rotation = instant(age["reportedRotation"])
                    aged += 1
    return aged


moto = DomainDispatcherApplication(create_backend_app)


def dated(environ):
    """Moto's answer; each of its credential reports says that it was generated in 2015."""
    response = Response.from_app(moto, environ, buffered=True)
    body = response.get_data()
    if b"<GeneratedTime>" in body:
        now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ").encode()
        response.set_data(re.sub(rb"<GeneratedTime>[^<]*", b"<GeneratedTime>" + now, body))
    return response


def app(environ, start_response):
    if environ["PATH_INFO"] != "/peers/keys":
        return dated(environ)(environ, start_response)
    aged = age_keys(json.loads(Request(environ).get_data()))
    return Response(json.dumps({"aged": aged}), mimetype="application/json")(environ, start_response)


def end_with_parent():
    sys.stdin.read()
    os._exit(0)


server = make_server("127.0.0.1", 0, app, threaded=True)
print(server.port, flush=True)
threading.Thread(target=end_with_parent, daemon=True).start()
server.serve_forever()
