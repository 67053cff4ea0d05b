"""All that can be known before a run about whether it can prove anything, for one variant."""

from __future__ import annotations

from engine.text.source_text import KeyPath
from wptest.scenario.proof import copies, idle_outages, messages, moments, patterns, rules, strays
from wptest.scenario.proof.inflow import Inflow, check_expected_sinks, check_sink
from wptest.scenario.proof.messages import Messages
from wptest.scenario.proof.reach import Reach
from wptest.scenario.proof.survey import Survey
from wptest.scenario.scene import Scene
from wptest.words.expect import Expected


def check_proof(scene: Scene) -> None:
    """Add to the scene what can prove nothing: mistakes where that is certain, else warnings.

    What was left out of a wrong scenario may be what the rest is about, so nothing is said of the rest then.
    """
    if scene.project is not None and scene.whole and not scene.pruned:
        _Proof(scene, Survey(scene.scenario, scene.project)).check()


class _Proof:
    def __init__(self, scene: Scene, survey: Survey) -> None:
        self._scene = scene
        self._survey = survey
        self._reach = Reach(survey)
        self._inflow = Inflow(survey)
        self._messages = Messages(survey.project)

    def check(self) -> None:
        scene, survey = self._scene, self._survey
        if not rules.check_rules(scene):
            self._check_inflow()
        for path, step in survey.steps:
            patterns.check_step(scene, self._reach, path, step)
            messages.check_trigger(scene, self._messages, path, step)
            if step.verb.check is not None:
                self._check_expected((*path, step.verb.key), step.verb.check)
        self._check_expected(("then",), scene.scenario.then)
        idle_outages.check_outages(scene, survey)
        if not strays.check_strays(scene, survey):
            idle_outages.check_recoveries(scene, survey)
        copies.check_copies(scene, survey)
        moments.check_moments(scene)

    def _check_inflow(self) -> None:
        scene, inflow = self._scene, self._inflow
        rules.check_patterns_of_lines(scene, inflow)
        rules.check_own_lines(scene, inflow)
        rules.check_equal_lines(scene, inflow)
        for path, step in self._survey.steps:
            trigger, check = step.trigger, step.verb.check
            if trigger is not None and trigger.sink is not None:
                check_sink(scene, inflow, (*path, trigger.below, trigger.key), trigger.sink, at_key=False)
            if check is not None:
                check_expected_sinks(scene, inflow, (*path, step.verb.key), check)
        check_expected_sinks(scene, inflow, ("then",), scene.scenario.then)

    def _check_expected(self, path: KeyPath, expected: Expected) -> None:
        patterns.check_expected(self._scene, self._reach, path, expected)
        messages.check_messages(self._scene, self._messages, path, expected)
