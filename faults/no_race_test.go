//go:build linux && !race

package faults_test

// How much a process may write to where it is to die of too little, and how it does: see race_test.go for the race detector's.
const (
	dataLimit       = enoughMemory
	outOfMemory     = 2
	outOfMemorySays = "fatal error: runtime: "
)
