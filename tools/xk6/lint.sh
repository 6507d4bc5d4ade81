#!/bin/sh
# What xk6 thinks of the extension, by its strict preset. It wants a repository with a release tag: a throw-away copy gets one.
#
#   tools/xk6/lint.sh [CHECK...]   without the checks that are named, besides those below
set -eu

# CONTRIBUTING.md says why this one is always left out.
disabled=smoke
for check in "$@"; do
	disabled=$disabled,$check
done

cd "$(dirname "$0")/../.."
xk6=$PWD/build/xk6
k6=$(go list -m -f '{{.Version}}' go.k6.io/k6/v2)
copy=$(mktemp -d)
trap 'rm -rf "$copy"' EXIT
trap 'exit 130' INT TERM HUP

tar --exclude=./.git --exclude=./build --exclude=./k6 --exclude='./results_*' --exclude=./.demo --exclude=node_modules -cf - . | tar -C "$copy" -xf -
cd "$copy"
git init -q
git add -A
git -c user.name=lint -c user.email=lint@localhost -c commit.gpgsign=false commit -q -m lint
git tag v0.0.1
"$xk6" lint --preset strict --k6-version "$k6" --disable "$disabled"
