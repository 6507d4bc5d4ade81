package jsonfile

// Each is what reads an array into a list, one element after the other.
func Each[T any](w *Walker, list *[]T, read func(*T) error) func() error {
	return func() error {
		return w.List(func() error {
			var element T
			err := read(&element)
			*list = append(*list, element)
			return err
		})
	}
}

// List writes a key of its own line with an array, an element a line or more, and leaves out what comes after its end.
func (p *Printer) List(indent, name string, n int, element func(i int)) {
	p.Text(indent + `"` + name + "\": [\n")
	for i := range n {
		element(i)
		p.End(i, n)
	}
	p.Text(indent + "]")
}
