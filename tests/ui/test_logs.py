"""The Logs tab: follow, search, wrap, streams, very long lines."""

from __future__ import annotations

from textual.pilot import Pilot

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogLine
from spaces_tui.model.ring import LineRing
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.logs import SavedLog, SaveLog
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.newfile import NewFileForm
from spaces_tui.ui.widgets.logview import LogView
from tests.ui.driving import TINY, USUAL, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import NOW, FakeSession, log_lines

NAME = "ada/whisper-live"


def session_with(count: int) -> FakeSession:
    """Return a session whose first Space has logged this many lines."""
    session = FakeSession()
    session.log(NAME, LogStream.RUN).extend(log_lines(count))
    return session


async def opened(pilot: Pilot[None], app: ConsoleApp) -> LogView:
    """Open the container log and return its view."""
    await pilot.press("l")
    await until(
        pilot, lambda: app.main.detail.logs is not None and app.main.detail.logs.size.height > 0
    )
    assert app.main.detail.logs is not None
    return app.main.detail.logs


async def test_follows_the_end_until_scrolled_up_and_again_at_the_end() -> None:
    async with console(session_with(100), USUAL) as (pilot, session, app):
        logs = await opened(pilot, app)
        await see(pilot, app, "#99")
        await pilot.press("k")
        assert not logs.follow
        session.write_log(NAME, LogStream.RUN, log_lines(5, first=100))
        await see(pilot, app, "6 below")
        assert "#104" not in screen_text(app)
        assert "#98" in screen_text(app)
        await pilot.press("G")
        await see(pilot, app, "#104")
        await pilot.press("k", "j")
        assert logs.follow


async def test_stays_on_its_line_while_old_lines_leave_the_ring() -> None:
    session = FakeSession()
    session._rings[NAME, LogStream.RUN] = LineRing(capacity=6_000)
    session.log(NAME, LogStream.RUN).extend(log_lines(80))
    async with console(session, USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await pilot.press("k")
        kept = logs.top
        first = session.log(NAME, LogStream.RUN).first
        session.write_log(NAME, LogStream.RUN, log_lines(60, first=80))
        await until(pilot, lambda: session.log(NAME, LogStream.RUN).first > first)
        await pilot.pause()
        assert logs.top == kept
        assert f"#{kept}" in screen_text(app)
        session.write_log(NAME, LogStream.RUN, log_lines(400, first=140))
        await until(pilot, lambda: logs.top > kept)
        assert logs.top == session.log(NAME, LogStream.RUN).first


async def test_switches_between_container_and_build() -> None:
    session = session_with(3)
    session.log(NAME, LogStream.BUILD).extend([LogLine(NOW, "--> RUN pip install")])
    async with console(session) as (pilot, _, app):
        await opened(pilot, app)
        await see(pilot, app, "#2")
        await pilot.press("b")
        await see(pilot, app, "--> RUN pip install")
        await until(pilot, lambda: (NAME, frozenset({LogStream.BUILD})) in session.attended[-1:])


async def test_an_empty_log_says_why() -> None:
    async with console(target="acme/trainer") as (pilot, _, app):
        await pilot.press("2")
        await see(pilot, app, "Paused: nothing runs")
        await pilot.press("b")
        await see(pilot, app, "No build log yet")


async def test_search_counts_and_goes_around() -> None:
    async with console(session_with(100), USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await pilot.press("slash", *"error")
        await see(pilot, app, "/error 20 lines")
        await pilot.press("enter")
        await see(pilot, app, "/error 20/20")
        await pilot.press("n")
        await see(pilot, app, "/error 1/20")
        assert "#4" in screen_text(app)
        await pilot.press("N")
        await see(pilot, app, "/error 20/20")
        assert not logs.follow
        await pilot.press("escape")
        await gone(pilot, app, "/error")
        assert logs.has_focus


async def test_search_counts_lines_that_come_later_and_all_of_a_large_log() -> None:
    session = FakeSession()
    session.log(NAME, LogStream.RUN).extend(log_lines(20_000))
    async with console(session, USUAL) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("slash", *"WARN")
        await see(pilot, app, "/WARN 4000 lines")
        session.write_log(NAME, LogStream.RUN, log_lines(5, first=20_000))
        await see(pilot, app, "/WARN 4001 lines")


async def test_very_long_lines_are_cut_shifted_and_wrapped() -> None:
    session = FakeSession()
    long = "start " + "x" * 90_000 + " end"
    session.log(NAME, LogStream.RUN).extend([LogLine(NOW, long), LogLine(NOW, "after it")])
    async with console(session, USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await see(pilot, app, "start xxx")
        await pilot.press("right")
        await see(pilot, app, "column 16")
        assert "start xxx" not in screen_text(app)
        await pilot.press("left", "W")
        await see(pilot, app, "wrapped")
        assert "after it" in screen_text(app)
        await pilot.press("g")
        await see(pilot, app, "start xxx")
        assert logs.wrap


async def test_wide_characters_stay_inside() -> None:
    session = FakeSession()
    session.log(NAME, LogStream.RUN).extend([LogLine(NOW, "語" * 300), LogLine(NOW, "done")])
    async with console(session, TINY) as (pilot, _, app):
        await opened(pilot, app)
        for _ in range(2):
            for strip in app.screen._compositor.render_strips():
                assert strip.cell_length == TINY[0]
            await pilot.press("W")


async def test_only_visible_lines_are_laid_out() -> None:
    session = session_with(30_000)
    async with console(session, USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        laid_out: list[int] = []
        original = logs._layout

        def counted(number: int, log: LogLine, width: int) -> list[tuple[object, ...]]:
            laid_out.append(number)
            return original(number, log, width)  # type: ignore[return-value]  # the same lines

        logs._layout = counted  # type: ignore[method-assign,assignment]  # counts calls
        session.write_log(NAME, LogStream.RUN, log_lines(1, first=30_000))
        await see(pilot, app, "#30000")
        assert 0 < len(laid_out) < 200


async def test_a_log_is_saved_where_one_says_and_a_refused_path_stays() -> None:
    async with console(session_with(30), USUAL) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "Save the container log")
        form = app.screen
        assert isinstance(form, NewFileForm)
        assert form._path.value.startswith("spaces-tui-ada-whisper-live-run-")
        assert form._path.value.endswith(".log")
        form._path.value = "mine.log"
        await pilot.press("enter")
        await until(pilot, lambda: session.asked == [SaveLog(NAME, LogStream.RUN, "mine.log")])
        session.reply(CommandError("mine.log is there already: nothing is overwritten."))
        await see(pilot, app, "nothing is overwritten")
        assert form._path.value == "mine.log"
        form._path.value = "other.log"
        await pilot.press("enter")
        await until(pilot, lambda: bool(session.waiting))
        session.reply(SavedLog("other.log", 30))
        await until(pilot, lambda: "30 lines written to other.log." in toasts(app))


async def test_a_log_is_saved_only_where_one_is_in_view() -> None:
    async with console(session_with(30), USUAL) as (pilot, session, app):
        await pilot.press("ctrl+s")
        await until(pilot, lambda: any("Open the logs first" in text for text in toasts(app)))
        assert session.asked == []


async def test_shows_only_what_matches_an_expression_and_all_again_with_esc() -> None:
    async with console(session_with(200), USUAL) as (pilot, session, app):
        logs = await opened(pilot, app)
        await pilot.press("ampersand", *"#1?", "7", "$", "enter")
        await see(pilot, app, "&#1?7$ 2 of 200")
        assert "#17" in screen_text(app)
        assert "#7" in screen_text(app)
        assert "#18" not in screen_text(app)
        session.write_log(NAME, LogStream.RUN, [LogLine(NOW, "fresh #7"), LogLine(NOW, "not it")])
        await see(pilot, app, "fresh #7")
        assert "not it" not in screen_text(app)
        await pilot.press("escape")
        await see(pilot, app, "not it")
        assert logs.filter == ""
        assert logs.has_focus


async def test_a_filter_turned_round_hides_what_matches() -> None:
    async with console(session_with(30), USUAL) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("ampersand", *"!#[012]?.$", "enter")
        await see(pilot, app, "No line of 30 matches !#[012]?.$: esc shows all.")


async def test_half_an_expression_says_so_and_leaves_what_was_shown() -> None:
    async with console(session_with(30), USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await pilot.press("ampersand", *"#2", "(")
        await see(pilot, app, "missing )")
        assert "#2" in screen_text(app)
        assert "#15" not in screen_text(app)
        await pilot.press(*"1|5)")
        await see(pilot, app, "&#2(1|5) 2 of 30")
        assert logs.follow


async def test_gives_up_on_an_expression_that_takes_years() -> None:
    session = session_with(3)
    session.log(NAME, LogStream.RUN).extend([LogLine(NOW, "a" * 60)])
    async with console(session, USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        logs.sift("(a|aa|b?a)+(a|aa)+$ (x+x+)+y")
        logs.sift("^(a|a|aa)+$x")
        await see(pilot, app, "takes too long on a line, so all are shown")
        assert "#2" in screen_text(app)


async def test_keeps_its_place_when_a_filter_comes_and_goes() -> None:
    async with console(session_with(200), USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await pilot.press("g")
        for _ in range(45):
            await pilot.press("j")
        assert logs.top == 45
        await pilot.press("j")
        logs.sift("Running")
        await see(pilot, app, "40 of 200")
        assert "#50 " in screen_text(app)
        assert "#45 " not in screen_text(app)
        logs.sift("")
        await until(pilot, lambda: logs.top == 50)


async def test_searches_in_what_the_filter_leaves() -> None:
    async with console(session_with(100), USUAL) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("ampersand", *"[05]$", "enter")
        await pilot.press("slash", *"#5", "enter")
        await see(pilot, app, "3/3")
        assert "&[05]$ 20 of 100" in screen_text(app)


async def test_copies_the_match_or_what_is_in_view_with_tokens_masked() -> None:
    session = session_with(3)
    token = "hf_" + "x" * 30
    session.log(NAME, LogStream.RUN).extend([LogLine(NOW, f"the token is {token}!")])
    async with console(session, USUAL) as (pilot, _, app):
        logs = await opened(pilot, app)
        await see(pilot, app, "the token is")
        assert logs.copied().splitlines()[-1] == "the token is •••!"
        assert len(logs.copied().splitlines()) == 4
        sent: list[str] = []
        app.copy = sent.append  # type: ignore[method-assign,assignment]  # what a terminal takes is not read
        await pilot.press("slash", *"#1", "enter", "Y")
        await until(pilot, lambda: bool(sent))
        assert sent == [session.log(NAME, LogStream.RUN).lines(1, 2)[0].text]


async def test_marks_stand_apart_and_nothing_is_copied_of_an_empty_log() -> None:
    session = FakeSession()
    async with console(session, USUAL) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("Y")
        await see(pilot, app, "There is no line to copy.")
