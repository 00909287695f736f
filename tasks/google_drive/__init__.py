"""Google Drive: files and folders, their properties, and what changes."""

from tasks.google_drive.files import (
    create_folder,
    delete_file,
    download_file,
    get_file,
    list_files,
    update_properties,
)
from tasks.google_drive.models import Download, File, Person
from tasks.google_drive.system import connector, read_error

__all__ = [
    "Download",
    "File",
    "Person",
    "connector",
    "create_folder",
    "delete_file",
    "download_file",
    "get_file",
    "list_files",
    "read_error",
    "update_properties",
]
