#!/usr/bin/env bash
# Downloads the document from the owner of the API. If it differs from ours, the script updates a branch, runs the tests, and
# opens a pull request, or updates the open one. If nothing has changed, it does nothing.
#
# The branch is created again from the base, so that it never conflicts with it. If people have added commits to an open pull
# request, these are kept: the script merges the base into the branch, keeps the document of the branch, and generates the code
# again. It resolves conflicts in generated code, versions and the changelog. If there are other conflicts, it names the files
# and pushes nothing.
#
# Environment variables, with their defaults:
#   API_DOCUMENT_URL     the URL of the document             the `url` in the Cargo.toml of each API crate
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
    echo "error: the working tree has uncommitted changes; commit them first" >&2
    exit 1
fi
base=$(git rev-parse --abbrev-ref HEAD)
work=$(mktemp -d)
trap 'rm -rf "$work"; git merge --abort 2> /dev/null || true; git switch --quiet --force "$base"' EXIT

# Lists the published documents on a branch. Overlays are not among them: people write these.
documents() {
    git ls-tree -r --name-only "$1" -- spec | grep -E '\.(json|ya?ml)$' | grep -v overlay || true
}

# Resolves the conflict in one file, whose three versions are $work/1, 2 and 3. Fails if a person has to decide.
settle() {
    local file=$1 stage version
    case $file in
        *CHANGELOG.md) git merge-file --union "$work/2" "$work/1" "$work/3" ;;
        Cargo.lock | *src/generated/*) git merge-file --ours "$work/2" "$work/1" "$work/3" ;;
        *Cargo.toml)
            # All sides get the higher version. A person has to resolve what still conflicts.
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

# Merges the base into the branch, keeps the document of the branch, and generates its code again.
merge_base() {
    local file stage others=()
    git merge --quiet --no-commit --no-ff "$base" > "$work/git.log" 2>&1 || true
    while IFS= read -r -d '' file; do
        # If one side has removed the file, a stage is missing, and there is nothing to merge.
        for stage in 1 2 3; do
            git show ":$stage:$file" > "$work/$stage" 2> "$work/git.log" || { others+=("$file") && continue 2; }
        done
        settle "$file" || others+=("$file")
    done < <(git diff --name-only --diff-filter=U -z)
    if [[ ${#others[@]} -gt 0 ]]; then
        echo "error: $branch and $base conflict in ${others[*]}: merge $base into $branch by hand, then run this again" >&2
        exit 1
    fi
    # A merge of two documents would be a document that nobody has published.
    documents HEAD | while IFS= read -r file; do git checkout --quiet HEAD -- "$file"; done
    lock_versions
    $xtask generate > "$work/git.log"
    git add --all
    if git rev-parse --verify --quiet MERGE_HEAD > "$work/git.log" || ! git diff --cached --quiet; then
        git commit --quiet --no-edit --message "Merge $base into $branch"
    fi
}

# Writes the versions of the manifests into Cargo.lock.
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
    echo "error: $branch has commits that people added, but no open pull request: open one, or delete the branch" >&2
    exit 1
elif [[ -n $by_people ]]; then
    git switch --quiet --force-create "$branch" --no-track "$remote"
    merge_base
else
    git switch --quiet --force-create "$branch"
fi

# The first line of the report is the title, the rest is the body.
$xtask update ${url:+"$url"} --format markdown > "$work/report.md"
if [[ -z $(git status --porcelain) ]]; then
    if [[ -z $by_people ]]; then
        echo "nothing has changed"
        exit 0
    fi
    # The pull request has this document already, so its title and text are kept.
    outcome=0
    $tests > "$work/tests.log" 2>&1 || outcome=$?
    if git diff --quiet HEAD "$remote" 2> "$work/git.log"; then
        echo "the pull request is up to date"
    else
        git push --quiet origin "HEAD:refs/heads/$branch"
        echo "the pull request now includes $base"
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
        printf '\nTests: `%s` **failed**. The end of their output:\n\n' "$tests"
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
