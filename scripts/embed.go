// Package scripts carries the five tests inside the binary.
package scripts

import "embed"

// Files are the scripts, by their paths below this folder.
//
//go:embed *.js lib/*.js
var Files embed.FS
