"""Folders, wherever they are: on this machine, on servers, in object stores; through `fsspec`.

store    what an action sees: paths are checked, faults are told, reads are tried again
places   which kind of place an address means
place    what all places have in common; this machine's disk
sftp, smb, webdav  servers: a file is written beside the one that it will be, and renamed
objects            what object stores have in common: one request writes a file, under a condition
s3, gcs, azure     those
faults   what went wrong, in our words
"""

from tieline.files.place import PART, FileInfo
from tieline.files.store import FileStore
from tieline.files.url import parse

__all__ = ["PART", "FileInfo", "FileStore", "parse"]
