"""Issuing as it is often written: the highest number plus one, the licence's row, its file, a mark; what has no mark is done again."""

import random
import sqlite3
import time
from collections import Counter
from pathlib import Path
from typing import Any

MAKING = 0.25
"""Seconds that the making of a paper takes, about as long as ours."""
CONTENT = b"%PDF-1.7\n" + b"x" * 80_000 + b"\n%%EOF\n"


class PlainIssuing:
    """Applications in a table of their own."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder, self.count = folder, count
        with self.database() as database:
            database.execute("PRAGMA journal_mode=WAL")
            database.execute("CREATE TABLE application (id INTEGER PRIMARY KEY, is_done INTEGER DEFAULT 0)")
            database.execute("CREATE TABLE licence (application INTEGER, number INTEGER)")
            database.executemany("INSERT INTO application (id) VALUES (?)", [(n,) for n in range(1, count + 1)])

    def database(self) -> sqlite3.Connection:
        return sqlite3.connect(self.folder / "plain.sqlite3", timeout=20)

    def waiting(self, database: sqlite3.Connection) -> list[int]:
        return [row[0] for row in database.execute("SELECT id FROM application WHERE is_done = 0")]

    def work(self, chance: random.Random) -> None:
        """One application after the other."""
        database = self.database()
        while True:
            left = self.waiting(database)
            if not left:
                time.sleep(0.05)
                continue
            self.issue(database, chance.choice(left))

    def issue(self, database: sqlite3.Connection, application: int) -> None:
        """Four steps, each saved as it is done."""
        number = (database.execute("SELECT MAX(number) FROM licence").fetchone()[0] or 0) + 1
        with database:
            database.execute("INSERT INTO licence VALUES (?, ?)", (application, number))
        with (self.folder / f"{application}.pdf").open("wb") as file:
            half = len(CONTENT) // 2
            file.write(CONTENT[:half])
            file.flush()
            time.sleep(MAKING)
            file.write(CONTENT[half:])
        with database:
            database.execute("UPDATE application SET is_done = 1 WHERE id = ?", (application,))

    def finish(self) -> None:
        """A worker that lives."""
        database = self.database()
        for application in self.waiting(database):
            self.issue(database, application)

    def found(self) -> dict[str, Any]:
        """What stands in the database and on the disk."""
        rows = self.database().execute("SELECT application, number FROM licence").fetchall()
        by_application, numbers = Counter(row[0] for row in rows), {row[1] for row in rows}
        files = [self.folder / f"{application}.pdf" for application in by_application]
        return {
            "cases": self.count,
            "licences": len(rows),
            "double licences": len(rows) - len(by_application),
            "double numbers": len(rows) - len(numbers),
            "missing numbers": max(numbers, default=0) - len(numbers),
            "without a verifiable file": sum(file.read_bytes() != CONTENT for file in files),
        }
