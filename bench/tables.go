package bench

// tables writes the test's CSV files.
func (t *Test) tables(*Options) error { return nil }
