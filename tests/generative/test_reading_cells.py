from __future__ import annotations

from datetime import date, timedelta

from hypothesis import assume, example, given
from hypothesis import strategies as draw

from fuqi.basics.money import format_yuan
from fuqi.intake.cleaning import Problem, read_date, read_id, read_money, read_name
from fuqi.matching.linking import link
from fuqi.matching.rules import Candidate, candidate_from
from tests.unit.intake.books import TODAY, number

WIDE = str.maketrans("0123456789Xx", "０１２３４５６７８９Ｘｘ")
BLANKS = ("", " ", "　", "\u00a0", "\u200b", "\t", "'")

births = draw.dates(date(1920, 1, 1), TODAY - timedelta(days=1))
sound_numbers = draw.builds(lambda day, sequence: number(f"{day:%Y%m%d}", sequence), births, draw.integers(1, 999))


@draw.composite
def spelt(random: draw.DrawFn, sound: str) -> str:
    """A sound number as some clerk types it: 15 or 18 digits, width, case, blanks anywhere."""
    text: str = sound
    if sound[6:8] == "19" and random(draw.booleans()):
        text = sound[:6] + sound[8:17]
    text = text.lower() if random(draw.booleans()) else text
    text = text.translate(WIDE) if random(draw.booleans()) else text
    at: int = random(draw.integers(0, len(text)))
    blank: str = random(draw.sampled_from(BLANKS[:-1]))
    before: str = random(draw.sampled_from(BLANKS))
    after: str = random(draw.sampled_from(BLANKS[:-1]))
    return before + text[:at] + blank + text[at:] + after


@given(sound=sound_numbers, random=draw.data())
def test_a_number_in_every_spelling_is_one_number_and_one_person(sound: str, random: draw.DataObject) -> None:
    texts = [random.draw(spelt(sound)) for _ in range(3)]
    found = [read_id(text, today=TODAY) for text in texts]
    assert found == [sound] * 3
    rows = [candidate_from(("f", "s", at), {"name": "张三", "id_number": text}) for at, text in enumerate(found)]
    assert len({one.person for one in link(rows)}) == 1


@given(sound=sound_numbers, at=draw.integers(0, 17), digit=draw.sampled_from("0123456789X"))
def test_one_wrong_sign_is_always_seen(sound: str, at: int, digit: str) -> None:
    assume(sound[at] != digit)
    assert isinstance(read_id(sound[:at] + digit + sound[at + 1 :], today=TODAY), Problem)


@given(text=draw.text(max_size=30))
@example("1" * 18)
@example("４３０６１１１９８００３０５００１０")
def test_no_text_is_read_as_a_number_that_does_not_stand_in_it(text: str) -> None:
    found = read_id(text, today=TODAY)
    assert isinstance(found, Problem) or len(found) == 18


SPELLINGS = (
    lambda day: f"{day:%Y-%m-%d}",
    lambda day: f"{day.year}/{day.month}/{day.day}",
    lambda day: f"{day:%Y.%m.%d}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: f"{day:%Y-%m-%d} 00:00:00",
    lambda day: f"{day.year}年{day.month:02d}月{day.day:02d}日".translate(WIDE),
    lambda day: str((day - date(1899, 12, 30)).days),
)


@given(day=births, spell=draw.sampled_from(SPELLINGS))
def test_a_day_in_every_spelling_is_that_day(day: date, spell: object) -> None:
    assert callable(spell)
    text = spell(day)
    assert read_date(text, text, today=TODAY, past=True) == day


@given(text=draw.text(max_size=25))
def test_any_text_is_a_day_or_a_problem(text: str) -> None:
    found = read_date(text, text, today=TODAY, past=False)
    assert isinstance(found, Problem) or 1890 <= found.year <= 2100


@given(fen=draw.integers(0, 10**9), comma=draw.booleans(), wide=draw.booleans(), unit=draw.sampled_from(["", "元", " 元"]))
def test_money_in_every_spelling_is_exact(fen: int, comma: bool, wide: bool, unit: str) -> None:
    text = f"{fen // 100:,}.{fen % 100:02d}" if comma else format_yuan(fen)
    text = (text.translate(WIDE) if wide else text) + unit
    assert read_money(text, text, in_ten_thousands=False) == fen


@given(text=draw.text(max_size=25))
def test_any_text_is_money_or_a_problem(text: str) -> None:
    found = read_money(text, text, in_ten_thousands=False)
    assert isinstance(found, Problem) or found >= 0


@given(text=draw.text(max_size=40))
def test_any_text_is_a_name_or_a_problem_and_a_name_stays_itself(text: str) -> None:
    found = read_name(text)
    assert isinstance(found, Problem) or read_name(found) == found


people = draw.builds(
    Candidate,
    row=draw.tuples(draw.sampled_from("abc"), draw.just("s"), draw.integers(1, 10**6)),
    name=draw.sampled_from(["张三", "张山", "李四", ""]),
    id_number=draw.none() | draw.sampled_from([number(sequence=at) for at in (1, 2, 3)]),
    birth_on=draw.none() | draw.sampled_from([date(1980, 3, 5), date(1981, 3, 5)]),
    village=draw.none() | draw.sampled_from(["甲/乙", "甲/丙"]),
)


@given(rows=draw.lists(people, max_size=25, unique_by=lambda one: one.row), random=draw.randoms())
def test_every_row_has_one_verdict_in_any_order_and_no_person_has_two_numbers(rows: list[Candidate], random: object) -> None:
    found = link(rows)
    assert [one.row for one in found] == sorted(one.row for one in rows)
    mixed = list(rows)
    assert hasattr(random, "shuffle")
    random.shuffle(mixed)
    assert link(mixed) == found
    said = {one.row: one for one in rows}
    numbers: dict[str, set[str]] = {}
    for one in found:
        assert (one.person == "") == (one.verdict == "refused")
        if said[one.row].id_number:
            numbers.setdefault(one.person, set()).add(str(said[one.row].id_number))
    assert all(len(of_one) == 1 for of_one in numbers.values())
    firsts = {one.person for one in found if one.verdict == "new"}
    assert {one.person for one in found if one.verdict == "same"} <= firsts
