"""Avatars: the site's own and uploaded ones, listed, uploaded, chosen, deleted and shown."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, cast

from sandbox.http import Response
from sandbox.jira.avatars import Avatar, AvatarKind, drawing, system_ids
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users

_KINDS = ("project", "issuetype", "user", "priority")
_IMAGES = ("image/png", "image/jpeg", "image/jpg", "image/gif", "image/svg+xml", "image/x-png", "image/pjpeg")


def system(visit: Visit, kind: str) -> Response:
    """GET avatar/{kind}/system; the Cloud has none of a kind it does not know."""
    if kind not in _KINDS and visit.state.site.is_cloud:
        return Response.json({"system": []})
    known = _kind(kind)
    return Response.json({"system": [_own(visit, known, number) for number in system_ids(known)]})


def of_owner(visit: Visit, kind: str, owner: str) -> Response:
    """GET universal_avatar/type/{kind}/owner/{id}"""
    return _listed(visit, _kind(kind), owner)


def of_project(visit: Visit, key: str) -> Response:
    """GET project/{key}/avatars"""
    return _listed(visit, "project", str(projects.find(visit, key).id))


def of_user(visit: Visit) -> Response:
    """GET user/avatars (Data Center)"""
    return _listed(visit, "user", users.named(visit).account_id)


def upload(visit: Visit, kind: str, owner: str) -> Response:
    """POST universal_avatar/type/{kind}/owner/{id}: 201; it is not chosen yet."""
    return _uploaded(visit, _kind(kind), _to_change(visit, kind, owner))


def upload_project(visit: Visit, key: str) -> Response:
    """POST project/{key}/avatar2"""
    return _uploaded(visit, "project", _project_to_change(visit, key))


def temporary_project(visit: Visit, key: str) -> Response:
    """POST project/{key}/avatar/temporary (Data Center)"""
    return _temporary(visit, "project", _project_to_change(visit, key))


def temporary_user(visit: Visit) -> Response:
    """POST user/avatar/temporary (Data Center)"""
    return _temporary(visit, "user", _user_to_change(visit))


def confirm_project(visit: Visit, key: str) -> Response:
    """POST project/{key}/avatar (Data Center): the temporary one becomes an avatar."""
    return _confirmed(visit, "project", _project_to_change(visit, key))


def confirm_user(visit: Visit) -> Response:
    """POST user/avatar (Data Center)"""
    return _confirmed(visit, "user", _user_to_change(visit))


def choose_project(visit: Visit, key: str) -> Response:
    """PUT project/{key}/avatar"""
    return _chosen(visit, "project", _project_to_change(visit, key))


def choose_user(visit: Visit) -> Response:
    """PUT user/avatar (Data Center)"""
    return _chosen(visit, "user", _user_to_change(visit))


def delete(visit: Visit, kind: str, owner: str, number: str) -> Response:
    """DELETE universal_avatar/type/{kind}/owner/{id}/avatar/{id}"""
    return _deleted(visit, _kind(kind), _to_change(visit, kind, owner), number)


def delete_project(visit: Visit, key: str, number: str) -> Response:
    """DELETE project/{key}/avatar/{id}"""
    return _deleted(visit, "project", _project_to_change(visit, key), number)


def delete_user(visit: Visit, number: str) -> Response:
    """DELETE user/avatar/{id} (Data Center)"""
    return _deleted(visit, "user", _user_to_change(visit), number)


def view(visit: Visit, kind: str, number: str) -> Response:
    """GET universal_avatar/view/type/{kind}/avatar/{id}: the picture."""
    return _picture(visit, _kind(kind), number)


def view_default(visit: Visit, kind: str) -> Response:
    """GET universal_avatar/view/type/{kind}"""
    return _picture(visit, _kind(kind), str(shapes.avatar_id(visit, _kind(kind), "")))


def view_owner(visit: Visit, kind: str, owner: str) -> Response:
    """GET universal_avatar/view/type/{kind}/owner/{id}"""
    return _picture(visit, _kind(kind), str(shapes.avatar_id(visit, _kind(kind), owner)))


def secure(visit: Visit, kind: str) -> Response:
    """GET /secure/useravatar, projectavatar, viewavatar (Data Center)"""
    known: dict[str, AvatarKind] = {"user": "user", "project": "project", "view": "issuetype"}
    return _picture(visit, known[kind], visit.request.arg("avatarId"))


def _kind(name: str) -> AvatarKind:
    if name not in _KINDS:
        raise Refusal(400, f"Unknown avatar type '{name}'.")
    return cast("AvatarKind", name)


def _listed(visit: Visit, kind: AvatarKind, owner: str) -> Response:
    chosen = shapes.avatar_id(visit, kind, owner)
    own = [_own(visit, kind, number) | {"isSelected": number == chosen} for number in system_ids(kind)]
    held = (a for a in visit.state.avatars.values() if (a.kind, a.owner) == (kind, owner))
    custom = [_custom(visit, avatar) | {"isSelected": avatar.id == chosen} for avatar in held]
    return Response.json({"system": own, "custom": custom})


def _received(visit: Visit, kind: AvatarKind, owner: str) -> Avatar:
    media_type = visit.request.headers.get("content-type", "").partition(";")[0]
    if not visit.request.headers.get("x-atlassian-token", "").startswith("no"):
        raise Refusal(403, "XSRF check failed")
    if not visit.request.body:
        raise Refusal(400, "No image was uploaded.")
    if media_type not in _IMAGES:
        raise Refusal(400, f"The type '{media_type}' is not supported for avatars.")
    name = visit.request.arg("filename") or "avatar.png"
    return Avatar(visit.state.next_id("avatar") + 900, kind, owner, name, media_type, visit.request.body)


def _uploaded(visit: Visit, kind: AvatarKind, owner: str) -> Response:
    made = _received(visit, kind, owner)
    visit.state.avatars[made.id] = made
    return Response.json(_custom(visit, made), 201)


def _temporary(visit: Visit, kind: AvatarKind, owner: str) -> Response:
    made = _received(visit, kind, owner)
    visit.state.avatar_drafts[f"{kind}:{owner}"] = made
    picture = visit.link("/secure/temporaryavatar?cropped=true")
    crop = {"cropperWidth": 120, "cropperOffsetX": 0, "cropperOffsetY": 0, "needsCropping": True}
    return Response.json({**crop, "url": picture}, 201)


def _confirmed(visit: Visit, kind: AvatarKind, owner: str) -> Response:
    numbers = ("cropperWidth", "cropperOffsetX", "cropperOffsetY")
    body.read(visit, {**dict.fromkeys(numbers, int), "needsCropping": bool, "url": str})
    draft = visit.state.avatar_drafts.pop(f"{kind}:{owner}", None)
    if draft is None:
        raise Refusal(400, "No temporary avatar was uploaded.")
    visit.state.avatars[draft.id] = replace(draft)
    return Response.json(_custom(visit, draft), 201)


def _chosen(visit: Visit, kind: AvatarKind, owner: str) -> Response:
    schema: dict[str, Any] = {"id": (str, int), "isSelected": bool, "isSystemAvatar": bool, "owner": str,
                              "isDeletable": bool, "fileName": str, "urls": dict}  # fmt: skip
    number = str(body.read(visit, schema).get("id", ""))
    held = visit.state.avatars.get(int(number)) if number.isdigit() else None
    mine = held is not None and (held.kind, held.owner) == (kind, owner)
    if not mine and not (number.isdigit() and int(number) in system_ids(kind)):
        raise Refusal(400, f"The avatar with id '{number}' does not exist.")
    visit.state.chosen_avatars[f"{kind}:{owner}"] = int(number)
    return Response(204)


def _deleted(visit: Visit, kind: AvatarKind, owner: str, number: str) -> Response:
    held = visit.state.avatars.get(int(number)) if number.isdigit() else None
    if held is None or (held.kind, held.owner) != (kind, owner):
        raise Refusal(404, f"The avatar with id '{number}' does not exist.")
    del visit.state.avatars[held.id]
    if visit.state.chosen_avatars.get(f"{kind}:{owner}") == held.id:
        del visit.state.chosen_avatars[f"{kind}:{owner}"]
    return Response(204)


def _picture(visit: Visit, kind: AvatarKind, number: str) -> Response:
    held = visit.state.avatars.get(int(number)) if number.isdigit() else None
    if held is not None and held.kind == kind:
        return Response(200, held.content, {"Content-Type": held.media_type})
    if not number.isdigit() or int(number) not in system_ids(kind):
        raise Refusal(404, f"The avatar with id '{number}' does not exist.")
    return Response(200, drawing(int(number)), {"Content-Type": "image/svg+xml"})


def _to_change(visit: Visit, kind: str, owner: str) -> str:
    if kind == "project":
        return _project_to_change(visit, owner)
    if kind != "user" or owner != visit.user.account_id:
        visit.require("ADMINISTER", "Only Jira administrators can change these avatars.")
    return owner


def _project_to_change(visit: Visit, key: str) -> str:
    project = projects.find(visit, key)
    message = "You must have project administration rights in order to change avatars."
    visit.require("ADMINISTER_PROJECTS", message, project.id)
    return str(project.id)


def _user_to_change(visit: Visit) -> str:
    found = users.named(visit)
    if found is not visit.user:
        visit.require("ADMINISTER", "You may change your own avatar only.")
    return found.account_id


def _own(visit: Visit, kind: AvatarKind, number: int) -> Json:
    shown = {"id": str(number), "fileName": f"{kind}-{number}.svg", "isSystemAvatar": True}
    return shown | {
        "isSelected": False,
        "isDeletable": False,
        "urls": shapes.avatar_urls(visit, kind, number),
    }


def _custom(visit: Visit, avatar: Avatar) -> Json:
    owner = visit.state.users[avatar.owner].login if avatar.kind == "user" else avatar.owner
    return {
        "id": str(avatar.id),
        "owner": owner if not visit.state.site.is_cloud else avatar.owner,
        "fileName": avatar.name,
        "isSystemAvatar": False,
        "isSelected": False,
        "isDeletable": True,
        "urls": shapes.avatar_urls(visit, avatar.kind, avatar.id),
    }


_OWNED = "universal_avatar/type/{kind}/owner/{owner}"
_VIEW = "universal_avatar/view/type/{kind}"
ROUTES = (
    ("GET", "avatar/{kind}/system", system),
    ("GET", _OWNED, of_owner),
    ("POST", _OWNED, upload),
    ("DELETE", f"{_OWNED}/avatar/{{number}}", delete),
    ("GET", _VIEW, view_default),
    ("GET", f"{_VIEW}/avatar/{{number}}", view),
    ("GET", f"{_VIEW}/owner/{{owner}}", view_owner),
    ("GET", "project/{key}/avatars", of_project),
    ("PUT", "project/{key}/avatar", choose_project),
    ("POST", "project/{key}/avatar", confirm_project),
    ("POST", "project/{key}/avatar2", upload_project),
    ("POST", "project/{key}/avatar/temporary", temporary_project),
    ("DELETE", "project/{key}/avatar/{number}", delete_project),
    ("GET", "user/avatars", of_user),
    ("PUT", "user/avatar", choose_user),
    ("POST", "user/avatar", confirm_user),
    ("POST", "user/avatar/temporary", temporary_user),
    ("DELETE", "user/avatar/{number}", delete_user),
)
SECURE_ROUTES = (("GET", "secure/{kind:user|project|view}avatar", secure),)
