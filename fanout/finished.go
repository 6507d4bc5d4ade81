package fanout

// Finished is the result of a batch whose members are known already. It is for what works on results without sending anything,
// like the tests of an output.
func Finished(r Result) *Result {
	r.finish()
	return &r
}
