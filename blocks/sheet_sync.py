"""What is synced with what, and by which rules. It holds no secret: it names connections that do."""

from prefect.blocks.core import Block

from tieline.sync.model import Rules


class SheetSync(Rules, Block):
    """Two places whose rows shall agree, such as a spreadsheet and the tickets of a help desk: columns and rules."""

    _block_type_name = "Sheet Sync"
    _block_type_slug = "sheet-sync"
