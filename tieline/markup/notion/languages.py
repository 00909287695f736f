"""The languages that Notion knows for code, and the names that Markdown has for some of them."""

#: https://developers.notion.com/reference/block#code; it refuses all others.
LANGUAGES = frozenset(
    """
    abap|abc|agda|arduino|ascii art|assembly|bash|basic|bnf|c|c#|c++|clojure|coffeescript|coq|css|dart|dhall|diff|docker
    ebnf|elixir|elm|erlang|f#|flow|fortran|gherkin|glsl|go|graphql|groovy|haskell|hcl|html|idris|java|javascript|json
    julia|kotlin|latex|less|lisp|livescript|llvm ir|lua|makefile|markdown|markup|matlab|mathematica|mermaid|nix
    notion formula|objective-c|ocaml|pascal|perl|php|plain text|powershell|prolog|protobuf|purescript|python|r|racket
    reason|ruby|rust|sass|scala|scheme|scss|shell|smalltalk|solidity|sql|swift|toml|typescript|vb.net|verilog|vhdl
    visual basic|webassembly|xml|yaml|java/c/c++/c#
    """.strip()
    .replace("\n    ", "|")
    .split("|")
)
_ALSO = {
    "console": "shell",
    "cpp": "c++",
    "csharp": "c#",
    "dockerfile": "docker",
    "fsharp": "f#",
    "golang": "go",
    "js": "javascript",
    "jsonc": "json",
    "jsx": "javascript",
    "md": "markdown",
    "objc": "objective-c",
    "ps1": "powershell",
    "py": "python",
    "rb": "ruby",
    "rs": "rust",
    "sh": "shell",
    "tex": "latex",
    "terraform": "hcl",
    "ts": "typescript",
    "tsx": "typescript",
    "yml": "yaml",
    "zsh": "shell",
}
PLAIN = "plain text"


def language(info: str) -> str:
    """What Notion calls the language of a fence."""
    whole = info.strip().lower()
    name = whole if whole in LANGUAGES else whole.partition(" ")[0]
    name = _ALSO.get(name, name)
    return name if name in LANGUAGES else PLAIN
