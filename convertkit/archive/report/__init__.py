"""What became of an archive, for people and programs: `report.html`, `report.json`, `failures.jsonl`.

All three are made of the journal's records alone, so they are the same bytes whenever and wherever those are the same.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from convertkit.archive.records import Record
from convertkit.archive.report.files import FAILURES, PAGE, TOTALS, failure_line, summary_json
from convertkit.archive.report.links import Origin
from convertkit.archive.report.listing import Listing
from convertkit.archive.report.page import report_page
from convertkit.archive.report.totals import Summary, Totals
from convertkit.archive.store import Store


def write_report(
    records: Iterable[Record], store: Store, *, origin: Origin, formats: Sequence[str], vanished: Iterable[str] = ()
) -> Summary:
    """Read the records once, in order of their names, and land the three files in `store`.

    `formats` are those of the run, `vanished` the names of units that are gone from the source and whose outputs still
    stand. Only totals and some thousand posts are held in memory, besides the lines of the failures. Raises
    `WriteError`.
    """
    totals, listing = Totals(formats), Listing()
    failures: list[bytes] = []
    for record in records:
        totals.add(record)
        listing.add(record)
        if record.failure is not None:
            failures.append(failure_line(record.name, record.failure))
    for name in vanished:
        totals.add_vanished(name)
    summary = totals.summary()
    page = report_page(summary, listing, origin)
    store.put(
        [(FAILURES, b"".join(failures)), (TOTALS, summary_json(summary, origin.name)), (PAGE, page)],
    )
    return summary
