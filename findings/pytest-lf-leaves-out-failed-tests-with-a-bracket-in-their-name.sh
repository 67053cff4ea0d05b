#!/usr/bin/env bash
# pytest 9.2.0: `--lf` leaves out failed tests of other collectors whose name has a bracket, and passes.
#
# A collector may give its tests any name, and who makes tests of files and of their variants names them by both:
# `a.yaml[1]`. `--lf` finds those that failed last by their ids, which 9.2.0 takes apart and puts together again; a bracket
# in a name of the collector's own comes out elsewhere. If nothing that failed is found, all tests run. If another failed
# test is found, it runs alone: so the run with `--lf` is green when that one is mended, while the other still fails.
# 9.1.1 finds both.
#
# Output seen:
#   9.2.0: 2 failed, exit code 1
#     --lf, one of them mended: 1 passed, exit code 0
#   9.1.1: 2 failed, exit code 1
#     --lf, one of them mended: 1 failed, 1 passed, exit code 1
#
# Needs Python 3.11 with venv and pip.
set -euo pipefail

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
cat >conftest.py <<'PY'
import os

import pytest


class Case(pytest.Item):
    def runtest(self):
        assert self.name == os.environ.get("MENDED"), "still broken"

    def reportinfo(self):
        return self.path, 0, self.name


class Cases(pytest.File):
    def collect(self):
        for name in ("plain", "sink[1]"):
            yield Case.from_parent(self, name=name)


def pytest_collect_file(parent, file_path):
    if file_path.suffix == ".case":
        return Cases.from_parent(parent, path=file_path)
PY
touch all.case
counted() { # what pytest counts, without the time that it took, and its exit code
  local code=0
  "$@" >out 2>&1 || code=$?
  echo "$(tail -n 1 out | sed -E 's/ in [0-9.]+s//; s/, [0-9]+ deselected//'), exit code $code"
}
for version in 9.2.0 9.1.1; do
  python3 -m venv "$version"
  "$version/bin/pip" -q --disable-pip-version-check install pytest=="$version"
  echo "$version: $(counted "$version/bin/pytest" -q)"
  echo "  --lf, one of them mended: $(MENDED=plain counted "$version/bin/pytest" -q --lf)"
  rm -rf .pytest_cache
done | tee seen
diff seen - <<'SEEN'
9.2.0: 2 failed, exit code 1
  --lf, one of them mended: 1 passed, exit code 0
9.1.1: 2 failed, exit code 1
  --lf, one of them mended: 1 failed, 1 passed, exit code 1
SEEN
