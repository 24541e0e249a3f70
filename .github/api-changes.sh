#!/usr/bin/env bash
# Asks the owner of the API for the document. Where it is another one than ours: updates on a branch, runs the tests, and opens a
# pull request, or brings the open one up to date. Where nothing has changed, it does nothing.
#
# The branch is made anew from the base, so that it never conflicts with it. Where people have added commits to an open pull
# request, those stay: the base is merged into it, the branch keeps its document, and the code is generated again. Conflicts in
# generated code, versions and the changelog are settled; any other conflict is named, and nothing is pushed.
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
trap 'rm -rf "$work"; git merge --abort 2> /dev/null || true; git switch --quiet --force "$base"' EXIT

# The published documents on a branch; overlays are written by people.
documents() {
    git ls-tree -r --name-only "$1" -- spec | grep -E '\.(json|ya?ml)$' | grep -v overlay || true
}

# Settles one conflicting file, whose three sides are $work/1, 2 and 3. Fails where only people can.
settle() {
    local file=$1 stage version
    case $file in
        *CHANGELOG.md) git merge-file --union "$work/2" "$work/1" "$work/3" ;;
        Cargo.lock | *src/generated/*) git merge-file --ours "$work/2" "$work/1" "$work/3" ;;
        *Cargo.toml)
            # The higher version on all sides: whatever still conflicts is for people.
            version=$(grep -hm1 '^version = ' "$work/2" "$work/3" | sort -V | tail -n 1)
            for stage in 1 2 3; do
                awk -v version="$version" '/^version = / && !found {$0 = version; found = 1} 1' "$work/$stage" > "$work/same"
                mv "$work/same" "$work/$stage"
            done
            git merge-file "$work/2" "$work/1" "$work/3" || return 1
            ;;
        *) documents HEAD | grep -Fqx "$file" || return 1 ;;
    esac
    cat "$work/2" > "$file"
}

# Merges the base into the branch, whose document counts, and generates its code again.
merge_base() {
    local file stage others=()
    git merge --quiet --no-commit --no-ff "$base" > "$work/git.log" 2>&1 || true
    while IFS= read -r -d '' file; do
        # A file that one side has removed has no stages to merge.
        for stage in 1 2 3; do
            git show ":$stage:$file" > "$work/$stage" 2> "$work/git.log" || { others+=("$file") && continue 2; }
        done
        settle "$file" || others+=("$file")
    done < <(git diff --name-only --diff-filter=U -z)
    if [[ ${#others[@]} -gt 0 ]]; then
        echo "error: $branch and $base conflict in ${others[*]}: merge $base into $branch by hand, then run this again" >&2
        exit 1
    fi
    # Half of one document and half of another is a document that nobody has published.
    documents HEAD | while IFS= read -r file; do git checkout --quiet HEAD -- "$file"; done
    lock_versions
    $xtask generate > "$work/git.log"
    git add --all
    if git rev-parse --verify --quiet MERGE_HEAD > "$work/git.log" || ! git diff --cached --quiet; then
        git commit --quiet --no-edit --message "Merge $base into $branch"
    fi
}

# Cargo.lock holds the versions of the manifests.
lock_versions() {
    local manifest name version
    [[ -f Cargo.lock ]] || return 0
    for manifest in */Cargo.toml; do
        name=$(sed -n 's/^name = "\(.*\)"$/\1/p' "$manifest" | head -n 1)
        version=$(grep -m1 '^version = ' "$manifest") || continue
        awk -v name="name = \"$name\"" -v version="$version" \
            'is_own && /^version = / {$0 = version} {is_own = $0 == name} 1' Cargo.lock > "$work/same"
        cat "$work/same" > Cargo.lock
    done
}

mark="Made by .github/api-changes.sh."
remote=refs/remotes/origin/$branch
git fetch --quiet --prune origin
known=$(git rev-parse --verify --quiet "$remote" || true)
by_people=
number=
if [[ -n $known ]]; then
    by_people=$(git rev-list --grep="$mark" --fixed-strings --invert-grep "$base..$remote")
    number=$($gh pr list --head "$branch" --state open --json number --jq '.[].number')
fi
if [[ -n $by_people && -z $number ]]; then
    echo "error: $branch has commits of people, and no open pull request: open one, or delete the branch" >&2
    exit 1
elif [[ -n $by_people ]]; then
    git switch --quiet --force-create "$branch" --no-track "$remote"
    merge_base
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
    # GitHub limits the text to 65,536 characters.
    sed -n '3,$p' "$work/report.md" | head -c 50000
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
# Commits that arrived while the tests ran are not overwritten.
git push --quiet --force-with-lease="$branch:$known" origin "HEAD:refs/heads/$branch"
if [[ -n $number ]]; then
    $gh pr edit "$number" --title "$title" --body-file "$work/body.md"
else
    $gh pr create --head "$branch" --base "$base" --title "$title" --body-file "$work/body.md"
fi
exit $outcome
