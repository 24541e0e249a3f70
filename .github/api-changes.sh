#!/usr/bin/env bash
# Asks the owner of the API for the document. Where it is another one than ours: updates on a branch, runs the tests, and opens a
# pull request, or brings the open one up to date. Where nothing has changed, it does nothing.
#
# By environment, each with what is taken where it is not set:
#   API_DOCUMENT_URL     where the document stands           the `url` of each API crate, in its Cargo.toml
#   API_CHANGES_BRANCH   the branch for the update           api-changes
#   API_CHANGES_TESTS    the tests                           cargo test --workspace
#   XTASK                the xtask                           cargo xtask
#   GH                   the command for pull requests       gh
set -euo pipefail
cd "$(dirname "$0")/.."
url=${API_DOCUMENT_URL:-}
branch=${API_CHANGES_BRANCH:-api-changes}
tests=${API_CHANGES_TESTS:-cargo test --workspace}
xtask=${XTASK:-cargo xtask}
gh=${GH:-gh}

if [[ -n $(git status --porcelain) ]]; then
    echo "error: the working tree has changes of its own; commit them first" >&2
    exit 1
fi
base=$(git rev-parse --abbrev-ref HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"; git switch --quiet --force "$base"' EXIT
git switch --quiet --force-create "$branch"

# Its first line is the title, the rest the body.
$xtask update ${url:+"$url"} --format markdown > "$work/report.md"
if [[ -z $(git status --porcelain) ]]; then
    echo "nothing has changed"
    exit 0
fi
title=$(sed -n '1s/^# //p' "$work/report.md")

outcome=0
$tests > "$work/tests.log" 2>&1 || outcome=$?
{
    # A pull request takes so much and no more.
    sed -n '3,500p' "$work/report.md"
    if [[ $outcome == 0 ]]; then
        printf '\nTests: `%s` passed.\n' "$tests"
    else
        printf '\nTests: `%s` **failed**. The end of what they said:\n\n' "$tests"
        tail -n 40 "$work/tests.log" | sed 's/^/    /'
    fi
} > "$work/body.md"

git add --all
git commit --quiet --message "$title"
git fetch --quiet origin
if git diff --quiet HEAD "refs/remotes/origin/$branch" 2> "$work/git.log"; then
    echo "the pull request is up to date"
    exit $outcome
fi
git push --quiet --force origin "HEAD:refs/heads/$branch"
number=$($gh pr list --head "$branch" --state open --json number --jq '.[].number')
if [[ -n $number ]]; then
    $gh pr edit "$number" --title "$title" --body-file "$work/body.md"
else
    $gh pr create --head "$branch" --base "$base" --title "$title" --body-file "$work/body.md"
fi
exit $outcome
