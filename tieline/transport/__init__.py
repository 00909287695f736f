"""The only code that talks to vendors over HTTP: login, retries, limits, paging, files, errors."""
