"""Profiles: data files of choices, and the words that name a behaviour."""

from __future__ import annotations

import pickle
import re
from pathlib import Path

import pytest

from engine.behaviour import REFERENCE
from engine.behaviour.choice import all_choices
from engine.behaviour.profile import behaviour_of, load_profile, parse_profile, profile_names
from engine.text.mistake import Mistake
from engine.text.problems import ProjectError


def test_the_reference_comes_first_and_changes_nothing():
    assert profile_names() == ("reference", "seed", "wp-connectors-0.7", "wp-motor-1.17")
    assert load_profile("reference").behaviour == REFERENCE


def test_every_profile_has_a_title_and_every_other_one_changes_something():
    assert all(load_profile(name).title for name in profile_names())
    assert all(load_profile(name).behaviour.changes() for name in profile_names()[1:])


def rows():
    """The rows of the defect catalogue that have a choice, as its page tells them."""
    page = (Path(__file__).parents[3] / "docs/behaviours.md").read_text().partition("## What can't be expressed")[0]
    return set(re.findall(r"^\| (D\d+) \|", page, re.MULTILINE))


def test_the_choices_name_every_row_of_the_catalogue_that_can_be_expressed():
    named = {row for choice in all_choices().values() for value in choice.faults for row in choice.defects(value)}
    assert named == rows()


def test_the_latest_version_has_every_expressible_defect_but_those_that_are_not_in_it():
    changes = load_profile("wp-motor-1.17").behaviour.changes()
    found = {row for choice in all_choices().values() for row in choice.defects(changes.get(choice.name, ""))}
    # Fixed by numbers in names; one strategy at a time, and most classes throw.
    assert rows() - found == {"D12", "D21"}


def test_there_are_at_least_forty_faults_to_plant():
    assert sum(len(choice.faults) for choice in all_choices().values()) >= 45


def test_later_words_win_over_earlier_ones():
    behaviour = behaviour_of(["wp-motor-1.17", "resume=from_checkpoint"])
    assert behaviour.resume == "from_checkpoint"
    assert behaviour.usr1 == "kills"
    assert behaviour_of(["resume=from_start", "resume=from_checkpoint"]) == REFERENCE
    assert behaviour_of(["resume=from_start", "seed"]) == load_profile("seed").behaviour
    assert behaviour_of([]) == REFERENCE


def test_a_profile_of_one_part_leaves_the_others_as_they_were_made_before_it():
    both = behaviour_of(["wp-motor-1.17", "quoting=exact", "insert_name=of_the_attempt", "wp-connectors-0.7"])
    assert both.usr1 == "kills"
    assert both.quoting == "single_quotes_only"
    assert both.insert_name == "of_the_rows"
    assert behaviour_of(["wp-connectors-0.7", "wp-motor-1.17"]) == load_profile("wp-motor-1.17").behaviour


def test_a_profile_of_one_part_has_choices_of_no_other():
    with pytest.raises(ProjectError) as caught:
        parse_profile(
            "mine", "mine.toml", b'part = "databases"\n[choices]\nusr1 = "kills"\ntoo_large = "sent_again"\n'
        )
    assert [each.in_one_line for each in caught.value.problems] == [
        "mine.toml:3:1: 'usr1' is of the part 'stopping', and this profile is about 'databases'"
    ]
    with pytest.raises(ProjectError, match="unknown part 'database'"):
        parse_profile("mine", "mine.toml", b'part = "database"\n')


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("sead", "unknown profile 'sead': did you mean 'seed'?"),
        ("resme=from_start", "unknown choice 'resme': did you mean 'resume'?"),
        ("resume=from_strat", "unknown value of resume 'from_strat': did you mean 'from_start'?"),
        ("usr1=", "unknown value of usr1 '': known here: kills, stops"),
        ("../reference", "unknown profile '../reference': did you mean 'reference'?"),
    ],
)
def test_a_word_that_names_nothing_is_told_with_the_nearest(word, message):
    with pytest.raises(Mistake) as caught:
        behaviour_of([word])
    assert str(caught.value) == message


def test_all_mistakes_of_a_profile_are_told_at_once_with_their_places():
    text = b'titel = "x"\n[choices]\nresume = "from_strat"\nresme = "from_start"\nusr1 = 3\nhup = "kills"\n'
    with pytest.raises(ProjectError) as caught:
        parse_profile("mine", "mine.toml", text)
    assert [each.in_one_line for each in caught.value.problems] == [
        "mine.toml:1:1: unknown key 'titel' (did you mean 'title'?)",
        "mine.toml:3:10: resume can't be 'from_strat' (did you mean 'from_start'?)",
        "mine.toml:4:1: unknown choice 'resme' (did you mean 'resume'?)",
        "mine.toml:5:8: usr1 can't be '3' (known here: kills, stops)",
    ]


def test_choices_that_are_no_table_are_a_mistake():
    with pytest.raises(ProjectError, match="expected a table of choices"):
        parse_profile("mine", "mine.toml", b"choices = 3\n")


def test_a_behaviour_goes_from_process_to_process():
    behaviour = load_profile("wp-motor-1.17").behaviour
    assert pickle.loads(pickle.dumps(behaviour)) == behaviour
