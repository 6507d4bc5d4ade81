package faults_test

func benchRows() []row    { return nil }
func shortageRows() []row { return nil }
func clockRows() []row    { return nil }
