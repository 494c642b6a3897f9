"""Files that somebody might hand in: each fault with its line, setting, bad value and the nearest right one."""

from pathlib import Path

import pytest

from scenarios.design import load_design
from scenarios.document import scalar
from scenarios.faults import ScenarioError
from scenarios.load import as_yaml, expanded, load

HEAD = "name: mine\ntitle: Mine\nquestion: Does it hold?\nbased_on: west-sussex\nchange:\n"
SWEEP = "name: mine\nquestion: How many?\nbase: west-sussex\n"
FTE = "workforce.teams.assessment.staff.experienced.fte"
EFFORT = "service.stages.assessment.effort"
ASSUMED = "unit: share, source: assumed"
SURGE = (
    f"surges.s: {{title: T, source: schools, share_of_referrals: {{value: 0.7, {ASSUMED}}}, "
    f"start: 2021-01, months: 2, deferred_share: {{value: 0.5, {ASSUMED}}}}}"
)


def faults_of(tmp_path: Path, content: str | bytes, read: object = load) -> list[str]:
    path = tmp_path / "mine.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ScenarioError) as caught:
        read(path)  # type: ignore[operator]
    return [str(fault) for fault in caught.value.faults]


def said(found: list[str], fault: str) -> bool:
    return any(fault in line for line in found)


CHANGES = [
    # what is no number
    (f"{FTE}: '12'", "fte: must be a number, not '12'; did you mean 12?"),
    (f"{FTE}: 12%", "fte: must be a number, not '12%'; did you mean 0.12?"),
    (f"{FTE}: 1,200", "did you mean 1200?"),
    (f"{FTE}: yes", "fte: must be a number, not 'yes'"),
    (f"{FTE}: true", "fte: must be a number, not true"),
    ("seed: true", "seed: must be a whole number, not true"),
    ("seed: '3'", "seed: must be a whole number, not '3'; did you mean 3?"),
    ("seed: 1.5", "seed: must be a whole number, not 1.5"),
    ("seed: {a: 1}", "seed: must be a whole number, not {'a': 1}"),
    ("horizon_months: 1:30", "must be a whole number, not '1:30'"),
    ("horizon_months: 10000", "horizon_months: must be 120 or less, not 10000"),
    ("replications: 10000000", "must be 100,000 or less"),
    # people
    (f"{FTE}: .nan", "fte: value must be a finite number, not nan"),
    (f"{FTE}: -.inf", "fte: value must be a finite number, not -inf"),
    (f"{FTE}: 1e300", "fte: must be 10,000 or fewer, not 1e+300"),
    (f"{FTE}: [{{from: 2021-03-01, value: -3}}]", "fte: must be 0 or more, not -3"),
    (f"{FTE}: 0", None),
    ("workforce.roles.agency.fte_per_worker: {value: 0.6, unit: FTE, source: assumed}", None),
    (
        "workforce.teams.assessment.staff.experienced.leaving_per_year: {value: 0.1, unit: a year, source: assumed}",
        None,
    ),
    ("workforce.teams.mash.staff: {}", "is empty and so changes nothing"),
    ("workforce.teams.mash: null", "there is no team 'mash'; it was taken out at mine.yaml:6"),
    ("workforce.teams: [1]", "workforce.teams: must be settings (name: value), not [1]"),
    ("workforce.teams.assessment.sub_teams: 1000", "must be 200 or less"),
    ("workforce.roles.experienced.hours_per_day: 25", "must be 24 or fewer, not 25"),
    ("service.stages.cp.team: mash", None),
    ("service.stages.contact_screening.team: assessment", "team 'assessment' has a caseload too"),
    (
        "workforce.teams: {mash: {merges_into: mash_managers, merges_on: 2021-01-25}, "
        "mash_managers: {merges_into: mash, merges_on: 2021-01-25}}",
        "teams merge in a circle: mash -> mash_managers -> mash",
    ),
    # units
    (f"{EFFORT}.mean: {{value: 3, unit: furlongs, source: assumed}}", "'furlongs' is not a time"),
    (
        "workforce.roles.experienced.hours_per_day: {value: 20, unit: minutes, source: assumed}",
        "unit 'minutes' is wrong here: give it in hours",
    ),
    (
        "service.returns.share: {value: 0.2, unit: per cent, source: assumed}",
        "unit 'per cent' is wrong here: give it in a share between 0 and 1",
    ),
    (f"{FTE}: {{value: 3, unit: 4, source: assumed}}", "unit must be text, not 4"),
    ("workforce.costs.on_costs: 30", "on_costs: must be between 0 and 1, not 30; did you mean 0.3?"),
    (
        "workforce.absence.waves.w: {first: 2021-01-04, last: 2021-02-04, "
        "share_away: {value: 15, unit: per cent, source: assumed}}",
        "share_away: must be between 0 and 1, not 15; did you mean 0.15?",
    ),
    # ranges
    (f"{FTE}: {{value: 9, unit: FTE, source: assumed, low: 10}}", "outside its own range from 10; the nearest inside"),
    (f"{FTE}: {{value: 15, unit: FTE, source: assumed, low: 20, high: 10}}", "low 20 is above high 10"),
    (f"{FTE}: {{value: 15, unit: FTE, source: assumed, low: .nan}}", "low must be a finite number"),
    (f"{FTE}: {{value: 15, unit: FTE, source: assumed, low: few}}", "low must be a number, not 'few'"),
    (f"{FTE}: {{value: 15, unit: FTE, source: assumed, low: -5}}", "low must be 0 or more, not -5"),
    (f"service.returns.share: {{value: 0.2, {ASSUMED}, high: 1.7}}", "high must be between 0 and 1, not 1.7"),
    (f"{FTE}: {{value: 15, unit: FTE, source: assumed, lo: 5}}", "has an unknown lo; did you mean 'low'?"),
    # dates
    ("as_at: 30/11/2020", "not '30/11/2020'; did you mean 2020-11-30?"),
    ("as_at: 2020-02-30", "not '2020-02-30'; did you mean 2020-02-29?"),
    ("as_at: 20201130", "did you mean 2020-11-30?"),
    ("as_at: 3000-01-01", "as_at: must lie between 1990 and 2099"),
    (f"{FTE}: [{{from: 2021-03-01, value: 3}}, {{from: 2021-01-01, value: 4}}]", "2021-01-01 follows 2021-03-01"),
    (f"{FTE}: [{{from: 2021-13-01, value: 3}}]", "fte.dated.0.from: must be a real date"),
    (f"{FTE}: []", "fte.dated: needs 1 value at least, not 0"),
    (
        f"workforce.absence.waves.w: {{first: 2019-01-04, last: 2019-02-04, share_away: {{value: 0.2, {ASSUMED}}}}}",
        "waves.w.last: is 2019-02-04, before the as-at date 2020-11-30",
    ),
    (
        f"workforce.absence.waves.w: {{first: 2041-01-04, last: 2041-02-04, share_away: {{value: 0.2, {ASSUMED}}}}}",
        "waves.w.first: is 2041-01-04, more than 10 years after",
    ),
    (
        f"{FTE}: [{{from: 2020-11-30, value: 89}}, {{from: 2031-04-01, value: 101}}]",
        "fte.dated.1.from: is 2031-04-01, more than 10 years after the as-at date 2020-11-30: it would never come",
    ),
    ("workforce.teams.assessment.staff.agency.contract_ends: 1999-01-01", "before the as-at date"),
    # the service
    ("service.stages.assessment.routes: {}", "is empty and so changes nothing"),
    ("service.stages.assessment.routes: null", "routes: is missing"),
    ("service.stages.cp.routes: {assessment: {}, closed: null}", "leads in a circle"),
    (
        "service.stages.limbo: {kind: plan, title: Limbo, routes: {closed: {}}, "
        "stay: {distribution: constant, mean: {value: 3, unit: months, source: assumed}}}",
        "service.stages.limbo: no child ever comes here",
    ),
    ("service.entries: null", "service.entries: is missing"),
    ("service.entries.contacts.measure: contatcs", "demand has no measure 'contatcs'; did you mean 'contacts'?"),
    ("service.stages.assessment.routes.cla.follows: cla_strats", "did you mean 'cla_starts'?"),
    ("opening.cp.open: {value: 3.5, unit: children, source: assumed}", "must be a whole number of children"),
    (
        "feedback.late_work: {stages: [asessment], extra_share: {value: 0.1, unit: share, source: assumed}}",
        "'assessment'?",
    ),
    (f"{EFFORT}: {{distribution: gamma}}", "cannot be 'gamma'"),
    (f"{EFFORT}.men: 3", "effort.men: unknown setting; did you mean 'mean'?"),
    (
        "workforce.absence.annual_leave.month_weights: [-1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]",
        "must be 0 or more, not -1",
    ),
    (
        "workforce.absence.annual_leave.month_weights: [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]",
        "some month must weigh more",
    ),
    # what is asked of it
    (
        "targets.x: {title: T, measure: assessment_within_45_working_days, "
        "at_least: {value: 85, unit: share, source: assumed}}",
        "is a share between 0 and 1, not 85; did you mean 0.85?",
    ),
    ("starts.x: {title: T, change: {sead: 3}}", "starts.x.change.sead: unknown setting; did you mean 'seed'?"),
    ("demand.model: comibned", "did you mean 'combined'?"),
    ("demand.lockdowns: englnd", "did you mean 'england'?"),
    ("vary: all", "vary: must be a list"),
    # yaml
    (
        "workforce: {teams: {mash: {sub_teams: 2}}}\n  workforce.teams.mash.sub_teams: 3",
        "is set twice, first on line 6",
    ),
    ("a..b: 3", "has nothing between its dots"),
    (f"{FTE}: 90\n  {FTE}.value: 95", "fte.value: is set twice, as a whole and in part"),
    ("<<: {seed: 3}", "uses a YAML merge key (<<)"),
    ("seed: &s 3\n  replications: *s", "names a YAML anchor (&s); write the settings out"),
    ("seed: !!binary aGVsbG8=", "uses a YAML tag"),
    ("workforce.teams: !!set {a, b}", "uses a YAML tag"),
    # letters and marks that look like others
    ("s\u0435ed: 3", "the '\u0435' in it is no plain letter (Cyrillic small letter ie)"),
    ("workforce.teams.m\u0430sh.sub_teams: 2", "(Cyrillic small letter a): type the name anew"),
    ("service.stages.cin.team: long\u2010term", "(Hyphen): type the name anew"),
    ("se\u00a0ed: 3", "(No-break space): type the name anew"),
    ("seed\u200b: 3", "mine.yaml:6  holds a character that cannot be seen (number 8203)"),
    ("seed: 3\u0085  x: 4", "mine.yaml:6  holds a character that cannot be seen (number 133)"),
    ("seed: \u201c3\u201d", "did you mean 3?"),
    (f"{FTE}: \u22123", "did you mean -3?"),
    ("as_at: 2020\u201311\u201330", "did you mean 2020-11-30?"),
    # numbers and dates as people write them
    ("service.returns.share: 0,25", "did you mean 0.25?"),
    ("service.returns.share: 25 per cent", "did you mean 0.25?"),
    ("workforce.roles.agency.salary_per_year: £45,000", "did you mean 45000?"),
    ("workforce.roles.agency.salary_per_year: 45k", "did you mean 45000?"),
    (f"{FTE}: 90 FTE", "did you mean 90?"),
    (f"{FTE}: 1 200", "did you mean 1200?"),
    (f"{FTE}: 80-90", "fte: must be a number, not '80-90'"),
    (f"{FTE}: [80, 90]", "fte.dated.0: must be settings (name: value), not 80"),
    ("as_at: 44165", "did you mean 2020-11-30?"),
    ("as_at: 30 November 2020", "did you mean 2020-11-30?"),
    ("as_at: 30/11/20", "did you mean 2020-11-30?"),
    ("as_at: 2020/11/30", "did you mean 2020-11-30?"),
    ("as_at: 2020-11-30T09:00:00", "did you mean 2020-11-30?"),
    ("as_at: 2020-11", "did you mean 2020-11-01?"),
    # slips of the pen
    (f"{EFFORT}.mean: 1e12", "effort.mean: must be 100,000 or less"),
    (f"{EFFORT}.sigma: 50", "effort.sigma: must be 5 or less, not 50"),
    ("workforce.roles.agency.salary_per_year: 1e12", "must be 10,000,000 or less"),
    (
        "workforce.teams.conference_chairs.sub_teams: 50",
        "never has more than 11 people: some would have nobody",
    ),
    ("workforce.teams.conference_chairs.sub_teams: 11", None),
    (
        "workforce.teams.conference_chairs: {sub_teams: 20}\n"
        "  workforce.roles.chair.fte_per_worker: {value: 0.5, unit: FTE, source: assumed}",
        None,
    ),
    # what would be misread, or change nothing
    (
        f"{FTE}: [{{from: 2021-04-01, value: 101}}]",
        "fte: begins on 2021-04-01, so what holds until then is left open; put {from: 2020-11-30, value: 89} first",
    ),
    (f"{FTE}: [{{from: 2020-12-01, value: 101}}]", None),
    ("name: other", "name: says what the what-if is about: put it at the top of the file"),
    ("based_on: west-sussex", "mine.yaml:6  based_on: unknown setting"),
    ("service.returns.closing: []", "names no stage, so nobody comes back"),
    ("service.returns.closing: [assessment, assessment]", "closing.1: 'assessment' is named twice"),
    ("service.returns.closing: assessment", "must be a list, as in [a, b]"),
    ("service.stages.assessment.sign_off: cp", "sign_off: 'cp' is a plan and no pool; it may be one of"),
    ("service.stages.cp.kind: caseload", "mine.yaml:6  service.stages.cp.title: is missing"),
    (
        f"service.stages.cp.routes: {{cp: {{share: {{value: 1, {ASSUMED}}}}}, closed: {{}}}}",
        "leads in a circle: cp -> cp",
    ),
    ("service.stages.cp.routes: {contact_screening: {}}", "leads in a circle: contact_screening -> "),
    ("workforce.teams.mash: {merges_into: mash, merges_on: 2021-01-25}", "there is no other team 'mash'"),
    ("workforce.roles.agency: null", "there is no role 'agency'; it was taken out at mine.yaml:6"),
    (
        SURGE.replace("2021-01", "1999-01"),
        "surges.s.start: is 1999-01: all that was held back has come back",
    ),
    (
        f"{SURGE}\n  surges.s.permanent_step: {{value: -1.5, {ASSUMED}}}",
        "permanent_step: must be between -1 and 10, not -1.5",
    ),
    (
        f"{SURGE}\n  {SURGE.replace('surges.s', 'surges.t').replace('schools', 'police')}",
        "surges.t.share_of_referrals: shares of schools, police add up to 1.4",
    ),
    ("seed: !secret 3", "uses a YAML tag"),
    ("seed:\t3", "mine.yaml:6  cannot be read: a tab stands where only spaces may"),
]


@pytest.mark.parametrize(("change", "fault"), CHANGES)
def test_each_fault_of_a_what_if_is_told_at_its_line(tmp_path: Path, change: str, fault: str | None) -> None:
    if fault is None:
        (tmp_path / "mine.yaml").write_text(f"{HEAD}  {change}\n", encoding="utf-8")
        load(tmp_path / "mine.yaml")
        return
    found = faults_of(tmp_path, f"{HEAD}  {change}\n")
    assert said(found, fault), found
    assert said(found, "mine.yaml:"), found


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (HEAD.replace("name: mine\n", "") + "  seed: 3\n", "name: is missing; give the what-if a name of its own"),
        (HEAD.replace("name: mine", "name: My What If") + "  seed: 3\n", "did you mean 'my-what-if'?"),
        (HEAD.replace("name: mine", "name: ../../etc/passwd") + "  seed: 3\n", "may hold small letters, digits and -"),
        (HEAD.replace("name: mine", f"name: {'a' * 300}") + "  seed: 3\n", "may have 60 letters at most, not 300"),
        (HEAD.replace("name: mine", "name: 2021") + "  seed: 3\n", "must be text, not 2021; put it in quotes"),
        (HEAD.replace("title: Mine", "title: What if: it rains") + "  seed: 3\n", "put the text in quotes"),
        (HEAD.replace("west-sussex", "nowhere.yaml"), "mine.yaml:4  based_on: there is no such file"),
        (HEAD.replace("west-sussex", "[a]"), "based_on: must be the name or file of one scenario, not ['a']"),
        (HEAD.replace("west-sussex", "."), "based_on: is a folder"),
        (HEAD.replace("based_on: west-sussex\n", "") + "  seed: 3\n", "add a line such as based_on: west-sussex"),
        (SWEEP + "settings: {}\n", "is a sweep, not a scenario; run it with frontdoor sweep"),
        ((HEAD + "  sead: 3\n").encode("utf-16"), "mine.yaml:1  is text in UTF-16"),
        ((HEAD + "  sead: 3\n").encode("utf-8-sig"), "mine.yaml:6  sead: unknown setting"),
        ((HEAD + "  sead: 3\n").replace("\n", "\r\n"), "mine.yaml:6  sead: unknown setting"),
        ((HEAD + "  sead: 3\n").encode() + b"\0", "mine.yaml:7  holds a character that cannot be seen (number 0)"),
        (HEAD.replace("change:\n", "change: {}\n"), "mine.yaml:5  change: is missing or empty, so the what-if changes"),
        (HEAD.replace("change:\n", ""), "change: is missing or empty, so the what-if changes nothing"),
        (HEAD.replace("change:\n", "change: false\n"), "change: must hold settings (name: value), not false"),
        (HEAD + "\u00a0\u00a0seed: 3\n", "mine.yaml:6  begins with a space that is no plain one (number 160)"),
        (HEAD + "\ufeff  seed: 3\n", "holds a character that cannot be seen (number 65279)"),
        ((HEAD + "  sead: 3\n").replace("\n", "\r"), "mine.yaml:6  sead: unknown setting"),
        ("%YAML 1.1\n---\n" + HEAD + "  sead: 3\n", "mine.yaml:8  sead: unknown setting"),
        ("- name: mine\n", "mine.yaml:1  must hold settings (name: value), not [{'name': 'mine'}]"),
        ("# nothing but a note\n", "mine.yaml:1  is empty"),
        ('{"name": "mine", "title": "M" "question": "q"}', "mine.yaml:1  cannot be read"),
        (HEAD + "  - seed: 3\n", "change: must hold settings (name: value), not [{'seed': 3}]"),
        (HEAD + "\tseed: 3\n", "mine.yaml:6  cannot be read: a tab stands where only spaces may"),
        (HEAD + "  a: *b\n", "mine.yaml:6  cannot be read: a word begins with *"),
        (HEAD + "---\nb: 2\n", "mine.yaml:6  cannot be read: a second document begins"),
        (HEAD + f"  seed: {'9' * 5000}\n", "a number is too long"),
        ("a: &a [x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "mine.yaml:2  uses a YAML alias"),
        (HEAD + "  workforce: " + "{a: " * 200 + "1" + "}" * 200, "mine.yaml:6  is nested more than 40 deep"),
    ],
)
def test_each_fault_of_a_file_as_a_whole_is_told(tmp_path: Path, content: str | bytes, fault: str) -> None:
    found = faults_of(tmp_path, content)
    assert said(found, fault), found


SETTINGS = [
    ("  workforce.teams.asessment.sub_teams: [1, 2]", "asessment.sub_teams: unknown setting"),
    (f"  {FTE}: []", "needs 1 value at least"),
    (f"  {FTE}: [80, many]", "fte = 'many': must be a number, not 'many'"),
    (f"  {FTE}: {{low: 90, high: 80, steps: 3}}", "high 80 must be above low 90"),
    (f"  {FTE}: {{low: 80%, high: 90, steps: 3}}", "must be a number or a date, not '80%'; did you mean 0.8?"),
    (f"  {FTE}: {{low: 2020-11-31, high: 2021-02-01, steps: 3}}", "must be a real date"),
    (f"  {FTE}: {{low: 80, hi: 90}}", "unknown setting; did you mean 'high'?"),
    (f"  {FTE}: own rnage", "did you mean 'own range'?"),
    ("  workforce:\n    teams: [1]", "the name before it is dotted and whole"),
    (
        f"  {FTE}: {{low: 1, high: 9, steps: 1000}}\n  seed: {{low: 1, high: 9999, steps: 1000}}",
        "make 1,000,000 members",
    ),
    ("  name: [a, b]", "settings.name: says what a scenario is about"),
    ("  service.stages.assessment.routes.cin.share: [0.97]", "cin.share = 0.97: shares add up to 1.014"),
    (f"  {FTE}: [80]\nmeasures: [assesment_open]", "did you mean 'assessment_open'?"),
    (f"  {FTE}: [80]\nbase: []", "a setting is set twice"),
    (f"  {FTE}: [80, 80]", "fte: lists 80 twice"),
    (f"  {FTE}: {{low: 80, high: .inf, steps: 3}}", "high: must be a finite number, not inf"),
    (f"  {FTE}: {{low: 80, high: 90, steps: 1}}", "steps: must be 2 or more, not 1"),
    (f"  {FTE}: {{from: 70, to: 80, by: 2}}", "a range with low and high"),
    (f"  {FTE}: [80, 90]\n  {FTE}.value: [80, 90]", f"fte.value: is a part of {FTE}, which changes too"),
    ("  targets.assessments_on_time.at_least: [0.8, 0.9]", "judges a run; it changes no result"),
    ("  workforce.teams.assessment.sub_teams: {low: 1, high: 6, steps: 4}", "mine.yaml:5  member 2"),
    ("  workforce.teams.conference_chairs.sub_teams: [2, 40]", "sub_teams = 40: are 40, but the team never has more"),
]


@pytest.mark.parametrize(("setting", "fault"), SETTINGS)
def test_each_fault_of_a_sweep_is_told_at_its_line(tmp_path: Path, setting: str, fault: str) -> None:
    found = faults_of(tmp_path, f"{SWEEP}settings:\n{setting}\n", load_design)
    assert said(found, fault), found
    assert all(line.startswith("mine.yaml:") for line in found), found


def test_faults_of_shape_and_of_sense_of_a_sweep_come_together(tmp_path: Path) -> None:
    text = SWEEP.replace("mine", "Bad Name") + "membres: 3\nsettings:\n  sed: [1]\n  seed: [-1]\nmeasures: [x]\n"
    lines = [line.split("  ")[0] for line in faults_of(tmp_path, text, load_design)]
    assert lines == [f"mine.yaml:{line}" for line in (1, 4, 6, 7, 8)]


def test_what_a_base_lacks_beside_a_setting_of_a_sweep_is_named(tmp_path: Path) -> None:
    first = "workforce.absence.waves.winter.first"
    text = SWEEP.replace("base: west-sussex", "base: [absence-wave, west-sussex]")
    found = faults_of(tmp_path, f"{text}settings:\n  {first}: ['2021-01-04', '2021-01-11']\n", load_design)
    lacks = ["last is missing in base west-sussex", "share_away is missing in base west-sussex"]
    assert found == [f"mine.yaml:5  {first}: workforce.absence.waves.winter.{words}" for words in lacks]


def test_a_scenario_is_no_sweep_and_a_sweep_of_several_starts_is_none(tmp_path: Path) -> None:
    assert said(faults_of(tmp_path, HEAD, load_design), "is a scenario, not a sweep; run it with frontdoor run")
    hindcast = SWEEP.replace("west-sussex", "west-sussex-hindcast") + "settings:\n  seed: [1]\n"
    assert said(
        faults_of(tmp_path, hindcast, load_design), "mine.yaml:3  base: west-sussex-hindcast has several starts"
    )


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            f"{FTE.replace('assessment', 'assesment')}: 90",
            "workforce.teams.assesment: there is no 'assesment' to change; did you mean 'assessment'",
        ),
        (
            f"{FTE.replace('experienced', 'experianced')}: 90",
            "staff.experianced: there is no 'experianced' to change; did you mean 'experienced'? (a new one",
        ),
        (f"{EFFORT.replace('assessment', 'assesment')}.mean: 3", "service.stages.assesment: there is no 'assesment'"),
        ("workforce.teams.assesment: null", "did you mean 'assessment'?"),
        ("starts.x: {title: T, change: {workforce.teams.mahs.sub_teams: 2}}", "starts.x.change.workforce.teams.mahs: "),
        (
            "service.stages.assessment.kind: case load",
            "assessment.kind: cannot be 'case load'; did you mean 'caseload'?",
        ),
        ("service.stages.cin.team: long-term", "did you mean 'long_term'?"),
        (
            "service.stages.cp.routes:\n    closed: null\n    assessment: {}",
            "mine.yaml:8  service.stages.cp.routes.assessment: leads in a circle",
        ),
    ],
)
def test_a_slip_in_a_name_or_kind_is_told_once_and_nothing_that_follows_from_it(
    tmp_path: Path, change: str, fault: str
) -> None:
    (found,) = faults_of(tmp_path, f"{HEAD}  {change}\n")
    assert fault in found


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (
            HEAD.replace("west", "wst").replace("name: mine", "nam: mine").replace("change", "chnage") + "  seed: 3\n",
            ["1  nam: unknown", "4  based_on: is neither", "5  chnage: unknown", "1  name: is missing"],
        ),
        (
            HEAD + "  seed: 3\n  seed: 4\n  vary: [all]\n  vary: []\n",
            ['7  a setting is set twice: "seed"', '9  a setting is set twice: "vary"'],
        ),
        (
            f"{HEAD}  {FTE}:\n    - {{from: 2020-13-01, value: 89}}\n    - {{from: 2021-01-01, value: -3}}\n"
            "    - {from: 2021-01-01, value: 4}\n",
            ["7  " + FTE, "6  " + FTE + ": dates must rise", "8  " + FTE + ".dated.1.value: must be 0 or more, not -3"],
        ),
        (
            f"{HEAD}  {FTE}: [{{from: 2020-11-30, value: many}}, {{from: 2020-11-30, value: 4}}]\n",
            ["6  " + FTE + ".dated.0.value: must be a number, not 'many'", "6  " + FTE + ": dates must rise"],
        ),
    ],
)
def test_one_fault_hides_no_other(tmp_path: Path, content: str, lines: list[str]) -> None:
    found = faults_of(tmp_path, content)
    assert len(found) == len(lines), found
    for line in lines:
        assert said(found, f"mine.yaml:{line}"), found


def test_a_new_part_that_is_whole_may_have_a_name_like_another(tmp_path: Path) -> None:
    fte = "{value: 2, unit: FTE, source: assumed}"
    staff = f"workforce.teams.assessment.staff.experienced2: {{role: experienced, fte: {fte}}}"
    (tmp_path / "mine.yaml").write_text(f"{HEAD}  {staff}\n", encoding="utf-8")
    assert "experienced2" in load(tmp_path / "mine.yaml").workforce.teams["assessment"].staff


def test_what_was_typed_is_told_as_typed_all_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        load("west-sussex", {"as_at": "soon", FTE: -3, "sead": 1, "workforce.teems.x": 1})
    assert {fault.file for fault in caught.value.faults} == {"command line"}
    assert len(caught.value.faults) == 4


@pytest.mark.parametrize(
    "typed", ["2020-11-31", "2020-13-01", "9" * 5000, "[" * 3000, "[1,2", "*x", "!!python/name:os"]
)
def test_what_cannot_be_read_as_a_value_stays_a_word(typed: str) -> None:
    assert scalar(typed) == typed


def test_a_part_that_the_base_leaves_out_may_be_put_in_from_the_command_line() -> None:
    above = {"value": 0.8, "unit": "share of the cap", "source": "assumed"}
    leaving = {"value": 0.5, "unit": "leavings a year", "source": "assumed"}
    strain = {"above": above, "leaving_per_year": leaving}
    found = load("west-sussex", {"feedback.strain": strain}).model_dump(mode="json")["feedback"]["strain"]
    assert found["above"]["value"] == 0.8
    with pytest.raises(ScenarioError) as caught:
        load("west-sussex", {"feedback.strain.above": above, "fedback.strain.above": above})
    told = [str(fault) for fault in caught.value.faults]
    assert "command line  feedback.strain.leaving_per_year: is missing" in told
    assert any("fedback.strain.above: unknown setting; did you mean 'feedback'?" in one for one in told)


def test_a_part_deep_down_that_the_base_leaves_out_can_be_put_in():
    wave = {
        "first": "2021-01-04",
        "last": "2021-02-15",
        "share_away": {"value": 0.1, "unit": "share", "source": "assumed"},
    }
    settings = {f"workforce.absence.waves.flu.{name}": value for name, value in wave.items()}
    assert load("west-sussex", settings).workforce.absence.waves["flu"].share_away == 0.1
    with pytest.raises(ScenarioError) as caught:
        load(
            "west-sussex", {"workforce.absence.waves.flu.from": "2021-01-04", "workforce.teams.assesment.waves.flu": 1}
        )
    told = "\n".join(map(str, caught.value.faults))
    assert "command line  workforce.absence.waves.flu.from: unknown setting; it may be one of first, last" in told
    assert "did you mean 'workforce.teams.assessment'?" in told


def test_what_a_sweep_moves_is_not_set_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "s.yaml"
    path.write_text(f"name: s\nquestion: q\nbase: [west-sussex, do-nothing]\nsettings:\n  {FTE}: [80, 95]\n", "utf-8")
    with pytest.raises(ScenarioError) as caught:
        load_design(path, {FTE: 3})
    told = [str(fault) for fault in caught.value.faults]
    assert told == [f"command line  {FTE}: is what the sweep itself moves: change it in the sweep"]


def test_faults_do_not_follow_from_a_fault(tmp_path: Path) -> None:
    whole = as_yaml(load("west-sussex"))
    start = whole.index("\nservice:")
    broken = whole[:start] + "\nservice: none" + whole[whole.index("\nworkforce:") :]
    (fault,) = faults_of(tmp_path, broken)
    assert fault.endswith("service: must be settings (name: value), not 'none'")


@pytest.mark.parametrize(
    ("ages", "fault"),
    [
        (
            "{distribution: bands, unit: calendar days, source: assumed, edges: [0, 10], counts: [50]}",
            "ages.unit: cannot be 'calendar days'; it may be one of hours, months, working days",
        ),
        (
            "{distribution: bands, unit: working days, source: assumed, edges: [5, 3], counts: [-1, 0]}",
            "2 counts need 3 edges, not 2; edges must rise, from 0 or more; counts must be 0 or more, and some above 0",
        ),
        ("stationry", "ages: cannot be 'stationry'; did you mean 'stationary'?"),
    ],
)
def test_what_may_be_a_word_or_settings_is_told_as_what_it_is(tmp_path: Path, ages: str, fault: str) -> None:
    (told,) = faults_of(tmp_path, f"{HEAD}  opening.assessment.ages: {ages}\n")
    assert told.endswith(fault)


@pytest.mark.parametrize(
    "steps", ["[{from: 2020-01-01}, {from: 2020-12-01, value: 4}]", "[{value: 4}]", "{dated: null}"]
)
def test_what_is_laid_over_faulty_steps_of_a_base_is_a_fault_and_no_accident(tmp_path: Path, steps: str) -> None:
    (tmp_path / "base.yaml").write_text(f"{HEAD}  {FTE}: {steps}\n", encoding="utf-8")
    over = HEAD.replace("west-sussex", "base.yaml")
    found = faults_of(tmp_path, f"{over}  {FTE}: [{{from: 2021-03-01, value: 3}}]\n")
    assert said(found, f"mine.yaml:6  {FTE}: begins on 2021-03-01, so what holds until then is left open")


def test_figures_of_a_start_are_found_beside_its_scenario(tmp_path: Path) -> None:
    starts = "starts.early: {title: Early, change: {as_at: 2019-03-31, demand.figures: mine.csv}}"
    (tmp_path / "mine.yaml").write_text(f"{HEAD}  {starts}\n", encoding="utf-8")
    (early,) = expanded(load(tmp_path / "mine.yaml")).values()
    assert early.demand.figures == (tmp_path / "mine.csv").resolve().as_posix()  # type: ignore[union-attr]


def test_figures_are_found_beside_a_what_if_that_names_them_with_dots(tmp_path: Path) -> None:
    (tmp_path / "mine.yaml").write_text(f"{HEAD}  demand.figures: mine.csv\n", encoding="utf-8")
    assert load(tmp_path / "mine.yaml").demand.figures == (tmp_path / "mine.csv").resolve().as_posix()  # type: ignore[union-attr]
