"""Google Drive: files and folders, their properties, and what changes."""

from tasks.google_drive.changes import (
    Change,
    Changes,
    FileEvent,
    get_start_page_token,
    list_changes,
)
from tasks.google_drive.channels import Channel, create_channel, delete_channel
from tasks.google_drive.events import Notification
from tasks.google_drive.files import (
    create_folder,
    delete_file,
    download_file,
    fitting,
    get_file,
    list_files,
    update_properties,
)
from tasks.google_drive.models import Download, File, Person
from tasks.google_drive.system import connector, read_error
from tasks.google_drive.uploads import upload_file

__all__ = [
    "Change",
    "Changes",
    "Channel",
    "Download",
    "File",
    "FileEvent",
    "Notification",
    "Person",
    "connector",
    "create_channel",
    "create_folder",
    "delete_channel",
    "delete_file",
    "download_file",
    "fitting",
    "get_file",
    "get_start_page_token",
    "list_changes",
    "list_files",
    "read_error",
    "update_properties",
    "upload_file",
]
