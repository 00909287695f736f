"""Tables of cells: names of ranges, dates as numbers, and the files that tables are kept in."""
