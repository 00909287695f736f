"""Files on their way to Notion."""

import mimetypes
from pathlib import Path

from tasks.notion.models import FileUpload
from tasks.notion.system import connector
from tieline import Api, ConfigError, segment
from tieline.transport.wire import multipart, piece, size

#: Larger files go in parts, https://developers.notion.com/docs/sending-larger-files.
SINGLE, PART = 20 * 2**20, 10 * 2**20


@connector.action(scopes=("Insert content",))
async def upload_file(api: Api, *, file: Path | bytes, filename: str = "") -> FileUpload:
    """Bring a file to Notion: for a property, a block or a comment to use within an hour.

    Files above 20 MB go in parts of 10 MB, which needs a paid workspace.

    Args:
        api: The connection.
        file: Its path, or its bytes.
        filename: Its name in Notion, with an ending that Notion knows; by default that of the path.

    Raises:
        ConfigError: Bytes without a name, or a path that cannot be read.

    See https://developers.notion.com/reference/create-a-file-upload and
    https://developers.notion.com/reference/send-a-file-upload
    """
    name = filename or (file.name if isinstance(file, Path) else "")
    if not name:
        raise ConfigError("The file has no name.", hint="Give a filename.")
    length = size(file)
    count = 1 if length <= SINGLE else -(-length // PART)
    wanted = {
        "mode": "single_part" if count == 1 else "multi_part",
        "filename": name,
        "content_type": mimetypes.guess_type(name)[0] or "application/octet-stream",
        "number_of_parts": None if count == 1 else count,
    }
    # One that nothing is sent to is forgotten.
    upload = await api.post("/file_uploads", wanted, into=FileUpload, repeatable=True)
    path = f"/file_uploads/{segment(upload.id)}"
    for number in range(count):
        fields = {} if count == 1 else {"part_number": str(number + 1)}
        data = piece(file, number * PART, SINGLE if count == 1 else PART)
        body, kind = multipart(fields, "file", name, data)
        upload = await api.post(f"{path}/send", into=FileUpload, content=body, headers={"content-type": kind})
    return upload if count == 1 else await api.post(f"{path}/complete", {}, into=FileUpload)
