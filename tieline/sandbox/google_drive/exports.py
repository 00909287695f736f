"""Documents of Google's own in other formats. Inside they are Markdown, or CSV for a spreadsheet.

Page: https://developers.google.com/workspace/drive/api/guides/ref-export-formats
"""

import csv
import html
import io
import zipfile
from collections.abc import Callable, Iterable

from tieline.sandbox.google_drive.memory import GOOGLES

_OFFICE = "application/vnd.openxmlformats-officedocument"
DOCX = f"{_OFFICE}.wordprocessingml.document"
XLSX = f"{_OFFICE}.spreadsheetml.sheet"
PPTX = f"{_OFFICE}.presentationml.presentation"
LARGEST = 10 * 2**20
"""Drive exports no more bytes than this."""

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
_LINKS = "http://schemas.openxmlformats.org/package/2006/relationships"
_LINKED = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_FORMS = "http://schemas.openxmlformats.org"


def export(kind: str, wanted: str, content: bytes) -> bytes | None:
    """A document in another format; None where that cannot be had."""
    write = _WRITERS.get(kind, {}).get(wanted)
    return write(content.decode()) if write else None


def _plain(text: str) -> str:
    return "\n".join(line.lstrip("#").strip() for line in text.splitlines())


def _package(main: str, kind: str, body: str, more: Iterable[tuple[str, str, str, str]] = ()) -> bytes:
    """An Office file: its main part, and the parts that this one links to (path, link, content type, body)."""
    parts = list(more)
    types = "".join(
        f'<Override PartName="/{path}" ContentType="{content_type}"/>'
        for path, content_type in [(main, f"{kind}.main+xml"), *((path, type_) for path, _, type_, _ in parts)]
    )
    folder, _, name = main.rpartition("/")
    links = "".join(
        f'<Relationship Id="rId{number}" Type="{_LINKED}/{link}" Target="{path.removeprefix(f"{folder}/")}"/>'
        for number, (path, link, _, _) in enumerate(parts, 1)
    )
    files = {
        "[Content_Types].xml": f'<Types xmlns="{_TYPES}"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/>{types}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_LINKS}"><Relationship Id="rId1" '
        f'Type="{_LINKED}/officeDocument" Target="{main}"/></Relationships>',
        f"{folder}/_rels/{name}.rels": f'<Relationships xmlns="{_LINKS}">{links}</Relationships>',
        main: body,
        **{path: part for path, _, _, part in parts},
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in files.items():
            # A fixed date: the same document gives the same bytes.
            archive.writestr(zipfile.ZipInfo(path), _HEAD + text)
    return packed.getvalue()


def _docx(text: str) -> bytes:
    paragraphs = "".join(
        f'<w:p><w:r><w:t xml:space="preserve">{html.escape(line)}</w:t></w:r></w:p>'
        for line in _plain(text).splitlines()
        if line
    )
    body = f'<w:document xmlns:w="{_FORMS}/wordprocessingml/2006/main"><w:body>{paragraphs}</w:body></w:document>'
    return _package("word/document.xml", DOCX, body)


def _xlsx(text: str) -> bytes:
    form = f"{_FORMS}/spreadsheetml/2006/main"
    rows = "".join(
        "<row>" + "".join(f'<c t="inlineStr"><is><t>{html.escape(cell)}</t></is></c>' for cell in row) + "</row>"
        for row in csv.reader(io.StringIO(text))
    )
    sheet = f'<worksheet xmlns="{form}"><sheetData>{rows}</sheetData></worksheet>'
    book = (
        f'<workbook xmlns="{form}" xmlns:r="{_LINKED}"><sheets><sheet name="Sheet1" sheetId="1" r:id="rId1"/></sheets>'
        "</workbook>"
    )
    part = ("xl/worksheets/sheet1.xml", "worksheet", f"{_OFFICE}.spreadsheetml.worksheet+xml", sheet)
    return _package("xl/workbook.xml", XLSX, book, [part])


def _pptx(text: str) -> bytes:
    names = f'xmlns:a="{_FORMS}/drawingml/2006/main" xmlns:r="{_LINKED}" xmlns:p="{_FORMS}/presentationml/2006/main"'
    slides = [slide.strip() for slide in text.split("\n---\n") if slide.strip()]
    parts = []
    for number, slide in enumerate(slides, 1):
        lines = "".join(
            f"<a:p><a:r><a:t>{html.escape(line)}</a:t></a:r></a:p>" for line in _plain(slide).splitlines() if line
        )
        shape = (
            '<p:sp><p:nvSpPr><p:cNvPr id="2" name="Text"/><p:cNvSpPr/><p:nvPr/></p:nvSpPr><p:spPr/>'
            f"<p:txBody><a:bodyPr/>{lines}</p:txBody></p:sp>"
        )
        group = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
        xml = f"<p:sld {names}><p:cSld><p:spTree>{group}{shape}</p:spTree></p:cSld></p:sld>"
        parts.append((f"ppt/slides/slide{number}.xml", "slide", f"{_OFFICE}.presentationml.slide+xml", xml))
    listed = "".join(f'<p:sldId id="{255 + number}" r:id="rId{number}"/>' for number in range(1, len(parts) + 1))
    body = f"<p:presentation {names}><p:sldIdLst>{listed}</p:sldIdLst></p:presentation>"
    return _package("ppt/presentation.xml", PPTX, body, parts)


def _page(text: str) -> bytes:
    lines = "".join(f"<p>{html.escape(line)}</p>" for line in _plain(text).splitlines() if line)
    return f"<html><body>{lines}</body></html>".encode()


def _tabs(text: str) -> bytes:
    made = io.StringIO()
    csv.writer(made, delimiter="\t", lineterminator="\n").writerows(csv.reader(io.StringIO(text)))
    return made.getvalue().encode()


_WRITERS: dict[str, dict[str, Callable[[str], bytes]]] = {
    GOOGLES + "document": {
        DOCX: _docx,
        "text/plain": lambda text: _plain(text).encode("utf-8-sig"),
        "text/markdown": str.encode,
        "text/html": _page,
    },
    GOOGLES + "spreadsheet": {XLSX: _xlsx, "text/csv": str.encode, "text/tab-separated-values": _tabs},
    GOOGLES + "presentation": {PPTX: _pptx, "text/plain": lambda text: _plain(text).encode()},
}
