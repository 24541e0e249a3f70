#!/usr/bin/env bash
# Asks the owner of the API for the document. Where it is another one than ours: updates on a branch, runs the tests, and opens a
# pull request, or brings the open one up to date. Where nothing has changed, it does nothing.
#
# The branch is made anew from the base, so that it never conflicts with it. Where people have added commits to it, those stay:
# the base is merged into it, and conflicts in what the xtask writes are settled by generating again.
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

# Settles the conflicts of a merge: of what the xtask writes this side counts until it is written again, a changelog keeps the
# entries of both. Anything else is for people.
settle() {
    local file side others=()
    while IFS= read -r -d '' file; do
        case $file in
            *CHANGELOG.md) side=--union ;;
            Cargo.lock | *Cargo.toml | *src/generated/* | spec/*.json | spec/*.yaml | spec/*.yml) side=--ours ;;
            *) others+=("$file") && continue ;;
        esac
        # A file that one side has removed has no stages to merge.
        for stage in 1 2 3; do
            git show ":$stage:$file" > "$work/$stage" 2> "$work/git.log" || { others+=("$file") && continue 2; }
        done
        git merge-file "$side" "$work/2" "$work/1" "$work/3"
        cat "$work/2" > "$file"
    done < <(git diff --name-only --diff-filter=U -z)
    if [[ ${#others[@]} -gt 0 ]]; then
        git merge --abort
        echo "error: $branch and $base conflict in ${others[*]}: merge $base into $branch by hand, then run this again" >&2
        exit 1
    fi
}

mark="Made by .github/api-changes.sh."
remote=refs/remotes/origin/$branch
git fetch --quiet origin
by_people=
if git rev-parse --verify --quiet "$remote" > "$work/git.log"; then
    by_people=$(git rev-list --grep="$mark" --fixed-strings --invert-grep "$base..$remote")
fi
if [[ -n $by_people ]]; then
    git switch --quiet --force-create "$branch" --no-track "$remote"
    if ! git merge --quiet --no-edit "$base" > "$work/git.log"; then
        settle
        $xtask generate > "$work/git.log"
        git add --all
        git commit --quiet --no-edit
    fi
else
    git switch --quiet --force-create "$branch"
fi

# Its first line is the title, the rest the body.
$xtask update ${url:+"$url"} --format markdown > "$work/report.md"
if [[ -z $(git status --porcelain) ]]; then
    if [[ -z $by_people ]]; then
        echo "nothing has changed"
        exit 0
    fi
    # The document is that of the pull request, whose title and text stay.
    outcome=0
    $tests > "$work/tests.log" 2>&1 || outcome=$?
    if git diff --quiet HEAD "$remote" 2> "$work/git.log"; then
        echo "the pull request is up to date"
    else
        git push --quiet origin "HEAD:refs/heads/$branch"
        echo "the pull request follows $base again"
    fi
    exit $outcome
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
git commit --quiet --message "$title" --message "$mark"
if git diff --quiet HEAD "$remote" 2> "$work/git.log"; then
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
