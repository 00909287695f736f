"""What outsiders have written, on pages of ours."""


def escaped(text: str) -> str:
    """Text of a document or a comment in one line, without being Markdown or HTML in our page."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|" else letter for letter in " ".join(text.split()))


def linked(text: str, address: str) -> str:
    """A link, if the address is one that a page of ours may lead to; else the text alone."""
    good = address.startswith(("https://", "http://")) and not set(address) & set(" <>\n")
    # A parenthesis would end the address here, and says the same to those that it leads to when it is written so.
    target = address.replace("(", "%28").replace(")", "%29")
    return f"[{escaped(text)}]({target})" if good else escaped(text)
