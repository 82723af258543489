"""The form of the auditor's area: a list leaves the portal with a code of this moment."""

from portal.review.staff_forms import CodeForm


class ExportForm(CodeForm):
    """Taking a filtered list along as a file."""

    anchor, done = "send-export", "exported"
