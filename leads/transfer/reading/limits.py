"""How much one file may have. Every limit is far above what lists of people need."""

MAX_COLUMNS = 1_000
"""HubSpot and Google Contacts export a few hundred."""

MAX_CELL = 131_072
"""Characters, as Python's csv module has it; a cell of Excel has at most 32 767."""

MAX_LINE = 1_000_000
"""Characters of one line of a text file, and of the head of the file that is kept in memory."""

MAX_BROKEN_QUOTES = 100
"""Rows with a quotation mark out of place that are read anyway. Each may cost a cell's length."""

HEAD_ROWS = 500
"""Rows that are kept in memory to find the header and to guess what the columns mean."""

MAX_SHEET_BYTES = 50 * 1024 * 1024
"""Of an uploaded spreadsheet. 100 000 rows of ten columns have about 4 MiB."""

MAX_SHEET_ROWS = 100_000
"""A spreadsheet is read into memory as a whole: 100 000 rows of ten columns take 115 MiB."""

MAX_SHEETS = 20
"""Sheets of one file that are searched for a column of phone numbers."""

MAX_SHEET_MEMORY = 1024 * 1024 * 1024
"""Bytes of the process that reads a spreadsheet. A file of 1 kB can ask for 512 GB, with one cell
in the first and one in the last row and column."""

MAX_SHEET_OUTPUT = 512 * 1024 * 1024
"""Bytes of the text that a spreadsheet becomes."""

MAX_SHEET_SECONDS = 60
"""Of computing for one spreadsheet. 100 000 rows of ten columns take 2 s."""
