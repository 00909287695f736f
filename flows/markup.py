"""What outsiders have written, on pages of ours."""


def escaped(text: str) -> str:
    """Text of a document or a comment in one line, without being Markdown or HTML in our page."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|" else letter for letter in " ".join(text.split()))


def linked(text: str, address: str) -> str:
    """A link, if the address is one that a page of ours may lead to; else the text alone."""
    good = address.startswith(("https://", "http://")) and not set(address) & set(" <>()\n")
    return f"[{escaped(text)}]({address})" if good else escaped(text)
