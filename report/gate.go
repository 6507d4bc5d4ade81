package report

// FailOn is the least bad verdict that fails a gate.
type FailOn string

// The gates, each stricter than the one before.
const (
	// FailOnNone never fails: the report is there to be looked at.
	FailOnNone FailOn = "none"
	// FailOnFail fails on FAIL.
	FailOnFail FailOn = "fail"
	// FailOnInvalid fails on FAIL and INVALID.
	FailOnInvalid FailOn = "invalid"
	// FailOnInconclusive fails on everything but PASS.
	FailOnInconclusive FailOn = "inconclusive"
)
