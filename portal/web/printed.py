"""A page to print, drawn for a browser or handed out as a PDF; both show the same words (`portal.printing.page`)."""

from flask import Flask, Response

from portal.office import printing
from portal.printing.page import Page
from portal.web import handing

NAME = "page.pdf"  # says nothing, in a folder of downloads that others may see


def pdf(page: Page) -> Response:
    """The PDF, to be kept. Raises NotPrintedError, BusyError."""
    return handing.whole(printing.pdf(page), printing.MEDIA, NAME)


def install(app: Flask) -> None:
    """Let pages ask whether there are PDFs here."""
    app.jinja_env.globals.update(pdf_offered=printing.is_installed)
