//go:build linux && race

package faults_test

// Under the race detector, whose own memory counts as the program's, k6 holds 470 MB before it has done anything, and it is the detector
// that finds no more, because it asks first: for four bytes and more with each that Go asks for.
const (
	dataLimit       = enoughMemory + 400<<20
	outOfMemory     = 66
	outOfMemorySays = "ThreadSanitizer failed to allocate"
)
