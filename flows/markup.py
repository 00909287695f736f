"""What outsiders have written, on pages of ours."""


def escaped(text: str) -> str:
    """Text of a document or a comment in one line, without being Markdown or HTML in our page."""
    return "".join(f"\\{letter}" if letter in r"\`*_{}[]<>()#+!|" else letter for letter in " ".join(text.split()))
