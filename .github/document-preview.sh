#!/usr/bin/env bash
# Says below a pull request for the document what it means for the clients that are generated from it here. It writes nothing
# but that comment, which the next run replaces. .github/document-preview.yml is the workflow that runs it.
#
# By environment, each with what is taken where it is not set:
#   DOCUMENT       the new document                         (has to be set)
#   PULL_REQUEST   the address of the pull request          (has to be set)
#   PACKAGE        the API crate, where there are several   the only one
#   XTASK          the xtask                                cargo xtask
#   GH             the command for pull requests            gh
set -euo pipefail
document=$(realpath "${DOCUMENT:?names the new document}")
pull_request=${PULL_REQUEST:?is the address of the pull request}
package=${PACKAGE:-}
xtask=${XTASK:-cargo xtask}
# What cargo compiles does not belong in a comment.
export CARGO_TERM_QUIET=true
gh=${GH:-gh}
cd "$(dirname "$0")/.."

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
outcome=0
$xtask update "$document" --dry-run --format markdown ${package:+--package "$package"} \
    > "$work/report.md" 2> "$work/problems.txt" || outcome=$?
{
    if [[ $outcome != 0 ]]; then
        printf '**The client cannot take this document as it is.** It says:\n\n'
        # GitHub limits a comment to 65,536 characters.
        sed 's/^/    /' "$work/problems.txt" | head -c 50000
    elif [[ -s $work/report.md ]]; then
        head -c 50000 "$work/report.md"
    else
        printf 'Nothing changes for the client.\n'
    fi
} > "$work/body.md"
$gh pr comment "$pull_request" --edit-last --create-if-none --body-file "$work/body.md"
exit $outcome
