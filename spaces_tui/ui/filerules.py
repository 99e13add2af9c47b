"""When something can be done with the files of a Space."""

from __future__ import annotations

from spaces_tui.model.tokendoctor import Deed
from spaces_tui.session.snapshot import Link
from spaces_tui.ui.present.head import Tab
from spaces_tui.ui.rules import READ_ONLY, SIGNED_OUT, Context, barred, needs_space

_CHOOSE = "Choose a file on the Files tab first: press 4, then j and k."


def can_change_files(context: Context) -> str:
    """The Space takes commits from us."""
    if context.snapshot.read_only:
        return READ_ONLY
    if (reason := needs_space(context)) or context.space is None:
        return reason
    if context.snapshot.connection.link in (Link.SIGNED_OUT, Link.REFUSED):
        return SIGNED_OUT
    return barred(context.space, context.snapshot, Deed.UPLOAD)


def can_edit_file(context: Context) -> str:
    """The cursor is on a file, and the Space takes commits from us."""
    reason = can_change_files(context)
    if reason:
        return reason
    return "" if context.file is not None and context.file.file else _CHOOSE


def can_download(context: Context) -> str:
    """The cursor is on something of the Files tab."""
    reason = needs_space(context)
    if reason:
        return reason
    row = context.file if context.tab is Tab.FILES else None
    return "" if row is not None and (row.file or row.folder) else _CHOOSE
