"""Files that come with a request. No page takes any yet; whoever sends one all the same leaves nothing on a disk."""

from io import BytesIO
from typing import IO

from flask import Request


class MemoryRequest(Request):
    """Keeps every part in memory, below the limit of a body: Werkzeug would spool large ones to temporary files."""

    def _get_file_stream(
        self,
        total_content_length: int | None,
        content_type: str | None,
        filename: str | None = None,
        content_length: int | None = None,
    ) -> IO[bytes]:
        del total_content_length, content_type, filename, content_length
        return BytesIO()
