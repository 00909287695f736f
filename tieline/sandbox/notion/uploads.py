"""File uploads: in one part, or in several.

Pages: https://developers.notion.com/reference/create-a-file-upload,
https://developers.notion.com/reference/send-a-file-upload, https://developers.notion.com/docs/sending-larger-files
"""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tieline.sandbox import forms
from tieline.sandbox.happening import Record
from tieline.sandbox.notion.memory import Notebook
from tieline.sandbox.notion.wire import Call, NotionError, answer, check, failed, invalid, missing, number
from tieline.sandbox.vendor import is_integer, state_of

LARGEST_PART, SMALLEST_PART, MOST_PARTS = 20 * 2**20, 5 * 2**20, 10_000


def create(call: Call) -> Record:
    """POST /file_uploads."""
    mode, name, parts = (
        call.body.get("mode", "single_part"),
        call.body.get("filename"),
        call.body.get("number_of_parts"),
    )
    if mode not in ("single_part", "multi_part"):
        raise failed('body.mode should be `"single_part"` or `"multi_part"`.')
    if mode == "multi_part":
        if not isinstance(name, str) or not name:
            raise failed("body.filename should be defined, instead was `undefined`.")
        if not is_integer(parts) or not 1 <= int(str(parts)) <= MOST_PARTS:
            raise failed(f"body.number_of_parts should be between `1` and `{MOST_PARTS}`.")
    wanted = call.notebook.new_id()
    made = {
        "object": "file_upload",
        "id": wanted,
        "created_time": call.notebook.now(),
        "last_edited_time": call.notebook.now(),
        "expiry_time": call.notebook.now(),
        "upload_url": f"{call.base}/v1/file_uploads/{wanted}/send",
        "status": "pending",
        "filename": name,
        "content_type": call.body.get("content_type"),
        "content_length": None,
    }
    total = parts if mode == "multi_part" else 1
    call.notebook.uploads[wanted] = {**made, "sandbox_parts": {}, "sandbox_total": total}
    return made


def _shown(upload: Record) -> Record:
    return {name: value for name, value in upload.items() if not name.startswith("sandbox_")}


async def send(request: Request) -> Response:
    """POST /file_uploads/{id}/send: a form with `file`, and `part_number` where there are several."""
    try:
        check(request)
        notebook = state_of(request)[Notebook]
        wanted = number(request.path_params["upload_id"], "path failed validation: path.file_upload_id")
        if wanted not in notebook.uploads:
            raise missing("file_upload", wanted)
        fields = dict(forms.parse(request.headers.get("content-type", ""), await request.body()))
        return JSONResponse(_take(notebook.uploads[wanted], fields))
    except NotionError as error:
        return answer(error)


def _take(upload: Record, fields: dict[str, str | forms.File]) -> Record:
    file, part = fields.get("file"), fields.get("part_number", "1")
    total = upload["sandbox_total"]
    if upload["status"] != "pending":
        raise invalid(f"File upload is in status {upload['status']} and cannot be sent to.")
    if not isinstance(file, forms.File):
        raise failed("body.file should be defined, instead was `undefined`.")
    if not isinstance(part, str) or not part.isdecimal() or not 1 <= int(part) <= total:
        raise failed(f"body.part_number should be between `1` and `{total}`.")
    if len(file.data) > LARGEST_PART:
        raise invalid("File size exceeds the limit of 20 MB for a part.")
    if int(part) < total and len(file.data) < SMALLEST_PART:
        raise invalid("Each part but the last must be at least 5 MB.")
    upload["sandbox_parts"][int(part)] = file.data
    if total == 1:
        _finish(upload)
    return _shown(upload)


def _finish(upload: Record) -> None:
    data = b"".join(upload["sandbox_parts"][i] for i in sorted(upload["sandbox_parts"]))
    upload |= {"status": "uploaded", "content_length": len(data), "sandbox_data": data}


def complete(call: Call) -> Record:
    """POST /file_uploads/{id}/complete."""
    wanted = call.id("upload_id")
    if wanted not in call.notebook.uploads:
        raise missing("file_upload", wanted)
    upload = call.notebook.uploads[wanted]
    if len(upload["sandbox_parts"]) < upload["sandbox_total"]:
        raise invalid("Not all parts of the file upload have been sent.")
    _finish(upload)
    return _shown(upload)
