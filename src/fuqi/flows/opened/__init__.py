"""Opening a person, a settlement or a received row as values, each fact with its source; doors only show them."""

from fuqi.flows.opened.asking import Asking, NothingToOpenError
from fuqi.flows.opened.lines import FactLine
from fuqi.flows.opened.people import Found, Page, find_people, people_of_place, people_of_serials
from fuqi.flows.opened.person import Member, PersonFile, open_person
from fuqi.flows.opened.row import Cell, RowFile, open_row, open_rows
from fuqi.flows.opened.settlement import SettledLine, SettlementFile, open_settlement
from fuqi.flows.opened.sources import SourceView
from fuqi.flows.opened.standing import KeptStandings, LiveStandings, NoStandings, Standing, Standings, kept_standings

__all__ = [
    "Asking",
    "Cell",
    "FactLine",
    "Found",
    "KeptStandings",
    "LiveStandings",
    "Member",
    "NoStandings",
    "NothingToOpenError",
    "Page",
    "PersonFile",
    "RowFile",
    "SettledLine",
    "SettlementFile",
    "SourceView",
    "Standing",
    "Standings",
    "find_people",
    "kept_standings",
    "open_person",
    "open_row",
    "open_rows",
    "open_settlement",
    "people_of_place",
    "people_of_serials",
]
