"""Small files of every kind, written by hand: the tests need no library that writes them."""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, HEIGHT = 612, 792  # points, US letter
SIZE, LEADING = 10, 12
MARGIN, GUTTER = 54, 24
#: Characters that surely fit into one of two columns in Helvetica of that size.
COLUMN_CHARACTERS = 46
LINES = 54


class Line(NamedTuple):
    """A line of text on a page; the origin is at the lower left, in points."""

    x: float
    y: float
    text: str
    size: float = SIZE


def pdf(pages: Iterable[Iterable[Line]], *, title: str = "", encrypted: bool = False) -> bytes:
    """A PDF with a text layer in Helvetica."""
    contents = [_stream(page) for page in pages]
    kids = " ".join(f"{4 + 2 * i} 0 R" for i in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Count {len(contents)} /Kids [{kids}] >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    ]
    for i, content in enumerate(contents):
        objects.append(
            f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] "
            f"/Resources << /Font << /F1 3 0 R >> >> /Contents {5 + 2 * i} 0 R >>".encode()
        )
        objects.append(content)
    objects.append(f"<< /Title ({title}) >>".encode("latin-1"))
    extra = f"/Info {len(objects)} 0 R"
    if encrypted:
        objects.append(b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <" + b"41" * 32 + b"> /U <" + b"42" * 32 + b"> >>")
        extra += f" /Encrypt {len(objects)} 0 R /ID [<00> <00>]"
    return assembled(objects, extra)


def assembled(objects: Sequence[bytes], trailer: str = "") -> bytes:
    """A PDF from its objects; the first is the catalog."""
    out = io.BytesIO()
    out.write(b"%PDF-1.7\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(out.tell())
        out.write(b"%d 0 obj\n%b\nendobj\n" % (number, body))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.writelines(b"%010d 00000 n \n" % offset for offset in offsets)
    out.write(f"trailer << /Size {len(objects) + 1} /Root 1 0 R {trailer} >>\nstartxref\n{start}\n%%EOF\n".encode())
    return out.getvalue()


def _stream(lines: Iterable[Line]) -> bytes:
    parts = [f"BT /F1 {line.size:g} Tf {line.x:g} {line.y:g} Td ({_quoted(line.text)}) Tj ET" for line in lines]
    data = zlib.compress("\n".join(parts).encode("cp1252", "replace"), 1)
    return b"<< /Length %d /Filter /FlateDecode >>\nstream\n%b\nendstream" % (len(data), data)


def _quoted(text: str) -> str:
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def wrapped(words: Sequence[str], characters: int) -> Iterator[str]:
    """Lines of at most so many characters."""
    line = ""
    for word in words:
        if line and len(line) + 1 + len(word) > characters:
            yield line
            line = word
        else:
            line = f"{line} {word}".strip()
    if line:
        yield line


def column(lines: Sequence[str], x: float = MARGIN, top: float = HEIGHT - MARGIN) -> list[Line]:
    """Lines below each other."""
    return [Line(x, top - i * LEADING, text) for i, text in enumerate(lines)]


def two_columns(text: str, *, by_row: bool = False) -> list[list[Line]]:
    """The pages of a text in two columns.

    Args:
        text: The text.
        by_row: Whether the file holds each line of the left beside that of the right, which is the harder case.
    """
    lines = list(wrapped(text.split(), COLUMN_CHARACTERS))
    pages = []
    for start in range(0, len(lines), 2 * LINES):
        part = lines[start : start + 2 * LINES]
        left = column(part[:LINES])
        right = column(part[LINES:], x=WIDTH / 2 + GUTTER / 2)
        both = [*left, *right]
        pages.append(sorted(both, key=lambda line: (-line.y, line.x)) if by_row else both)
    return pages


def zipped(members: Mapping[str, bytes | str], *, stored: Sequence[str] = ()) -> bytes:
    """A ZIP file."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data, zipfile.ZIP_STORED if name in stored else zipfile.ZIP_DEFLATED)
    return out.getvalue()


XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument"


def _package(parts: Mapping[str, tuple[str, str]], main: str, more: Mapping[str, str] | None = None) -> bytes:
    """An Office file: parts by name, each with its content type and XML."""
    kinds = "".join(f'<Override PartName="/{name}" ContentType="{_MAIN}.{kind}"/>' for name, (kind, _) in parts.items())
    members = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels" '
        f'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{kinds}</Types>',
        "_rels/.rels": relations({"rId1": ("officeDocument", main)}),
        **{name: XML + body for name, (_, body) in parts.items()},
        **(more or {}),
    }
    return zipped(members)


def relations(targets: Mapping[str, tuple[str, str]]) -> str:
    """A `.rels` part: name to type and target."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{_OFFICE}/{kind}" Target="{target}"/>'
        for name, (kind, target) in targets.items()
    )
    return f'{XML}<Relationships xmlns="{_PACKAGE}/relationships">{rows}</Relationships>'


def paragraph(text: str, style: str = "") -> str:
    """A paragraph of Word."""
    look = f'<w:pPr><w:pStyle w:val="{style}"/></w:pPr>' if style else ""
    return f'<w:p>{look}<w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def word_table(rows: Sequence[Sequence[str]]) -> str:
    """A table of Word."""
    body = "".join("<w:tr>" + "".join(f"<w:tc>{paragraph(cell)}</w:tc>" for cell in row) + "</w:tr>" for row in rows)
    return f"<w:tbl><w:tblPr/>{body}</w:tbl>"


def docx(body: str, *, head: str = "") -> bytes:
    """A Word file from the XML of its body; `head` comes before the root, such as a document type."""
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    document = f'{head}<w:document xmlns:w="{space}"><w:body>{body}</w:body></w:document>'
    styles = f'<w:styles xmlns:w="{space}">' + "".join(
        f'<w:style w:type="paragraph" w:styleId="Heading{n}"><w:name w:val="heading {n}"/></w:style>' for n in (1, 2)
    )
    return _package(
        {
            "word/document.xml": ("wordprocessingml.document.main+xml", document),
            "word/styles.xml": ("wordprocessingml.styles+xml", styles + "</w:styles>"),
        },
        "word/document.xml",
        {"word/_rels/document.xml.rels": relations({"rId1": ("styles", "styles.xml")})},
    )


def pptx(slides: Sequence[tuple[str, str]]) -> bytes:
    """Slides, each with a title and a text."""
    space = 'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    space += f'xmlns:p="http://schemas.openxmlformats.org/presentationml/2006/main" xmlns:r="{_OFFICE}"'

    def shape(text: str, kind: str, number: int) -> str:
        return (
            f'<p:sp><p:nvSpPr><p:cNvPr id="{number}" name="{kind}"/><p:cNvSpPr/><p:nvPr><p:ph type="{kind}"/></p:nvPr>'
            f"</p:nvSpPr><p:spPr/><p:txBody><a:bodyPr/><a:p><a:r><a:t>{escape(text)}</a:t></a:r></a:p></p:txBody></p:sp>"
        )

    tree = '<p:nvGrpSpPr><p:cNvPr id="1" name=""/><p:cNvGrpSpPr/><p:nvPr/></p:nvGrpSpPr><p:grpSpPr/>'
    ids = "".join(f'<p:sldId id="{256 + i}" r:id="rId{i}"/>' for i in range(1, len(slides) + 1))
    parts = {
        "ppt/presentation.xml": (
            "presentationml.presentation.main+xml",
            f"<p:presentation {space}><p:sldIdLst>{ids}</p:sldIdLst></p:presentation>",
        )
    }
    for i, (title, text) in enumerate(slides, 1):
        body = f"{tree}{shape(title, 'title', 2)}{shape(text, 'body', 3)}"
        parts[f"ppt/slides/slide{i}.xml"] = (
            "presentationml.slide+xml",
            f"<p:sld {space}><p:cSld><p:spTree>{body}</p:spTree></p:cSld></p:sld>",
        )
    targets = {f"rId{i}": ("slide", f"slides/slide{i}.xml") for i in range(1, len(slides) + 1)}
    return _package(parts, "ppt/presentation.xml", {"ppt/_rels/presentation.xml.rels": relations(targets)})


def xlsx(sheets: Mapping[str, Sequence[Sequence[str | float]]]) -> bytes:
    """Sheets by name, as rows of cells."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    rows = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    book = f'<workbook xmlns="{space}" xmlns:r="{_OFFICE}"><sheets>{rows}</sheets></workbook>'
    parts = {"xl/workbook.xml": ("spreadsheetml.sheet.main+xml", book)}
    for i, cells in enumerate(sheets.values(), 1):
        body = f'<worksheet xmlns="{space}"><sheetData>{_rows(cells)}</sheetData></worksheet>'
        parts[f"xl/worksheets/sheet{i}.xml"] = ("spreadsheetml.worksheet+xml", body)
    targets = {f"rId{i}": ("worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)}
    return _package(parts, "xl/workbook.xml", {"xl/_rels/workbook.xml.rels": relations(targets)})


def sparse_xlsx() -> bytes:
    """A sheet of a few bytes with cells at its opposite corners: 17 billion lie between."""
    with zipfile.ZipFile(io.BytesIO(xlsx({"S": [["first"]]}))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    far = b'<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData>'
    sheet = "xl/worksheets/sheet1.xml"
    return zipped({**members, sheet: members[sheet].replace(b"</sheetData>", far)})


def _rows(cells: Sequence[Sequence[str | float]]) -> str:
    out = []
    for y, row in enumerate(cells, 1):
        out.append(f'<row r="{y}">')
        for x, value in enumerate(row):
            where = f"{chr(ord('A') + x)}{y}"
            if isinstance(value, str):
                out.append(f'<c r="{where}" t="inlineStr"><is><t>{escape(value)}</t></is></c>')
            else:
                out.append(f'<c r="{where}"><v>{value}</v></c>')
        out.append("</row>")
    return "".join(out)


def epub(chapters: Sequence[tuple[str, str]], title: str = "A book") -> bytes:
    """A book of chapters, each with a heading and a text."""
    items = "".join(
        f'<item id="c{i}" href="c{i}.xhtml" media-type="application/xhtml+xml"/>' for i in range(len(chapters))
    )
    spine = "".join(f'<itemref idref="c{i}"/>' for i in range(len(chapters)))
    members = {
        "mimetype": "application/epub+zip",
        "META-INF/container.xml": f'{XML}<container version="1.0" '
        'xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="book.opf" media-type="application/oebps-package+xml"/></rootfiles></container>',
        "book.opf": f'{XML}<package xmlns="http://www.idpf.org/2007/opf" version="3.0"><metadata '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{title}</dc:title><dc:language>en</dc:language>'
        f"</metadata><manifest>{items}</manifest><spine>{spine}</spine></package>",
    }
    for i, (heading, text) in enumerate(chapters):
        members[f"c{i}.xhtml"] = (
            f'{XML}<html xmlns="http://www.w3.org/1999/xhtml"><head><title>{heading}</title></head>'
            f"<body><h1>{escape(heading)}</h1><p>{escape(text)}</p></body></html>"
        )
    return zipped(members, stored=["mimetype"])
