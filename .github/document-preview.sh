#!/usr/bin/env bash
# Comments on a pull request for the document: what it means for the clients that are generated from the document here. The script
# writes nothing else, and its next run replaces the comment. The workflow .github/document-preview.yml runs it.
#
# Environment variables, with their defaults:
#   DOCUMENT       the new document                         (has to be set)
#   PULL_REQUEST   the URL of the pull request              (has to be set)
#   PACKAGE        the API crate, if there are several      the only one
#   XTASK          the xtask                                cargo xtask
#   GH             the command for pull requests            gh
set -euo pipefail
document=$(realpath "${DOCUMENT:?must name the new document}")
pull_request=${PULL_REQUEST:?must be the URL of the pull request}
package=${PACKAGE:-}
xtask=${XTASK:-cargo xtask}
# The progress of cargo does not belong in the comment.
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
        printf '**The client cannot be generated from this document as it is.** The errors:\n\n'
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
