package queries

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"strconv"
	"strings"

	"github.com/xk6-weaviate/xk6-weaviate/internal/jsonfile"
)

// Vector is a vector in a query file: an array with a number per dimension.
//
// A null reads as NaN, which is what JavaScript's JSON writes null for, and a number beyond a float32 as an infinity. Both are
// refused where the vector is checked, which knows the query set that it is in. encoding/json would take a null for 0.
type Vector []float32

// UnmarshalJSON reads a vector whose text encoding/json has found to be valid JSON.
func (v *Vector) UnmarshalJSON(text []byte) error {
	body, ok := bytes.CutPrefix(text, []byte("["))
	if !ok {
		if string(text) == "null" {
			return nil
		}
		return fmt.Errorf("must be an array of numbers, not %s", jsonfile.Excerpt(text))
	}
	list := strings.TrimSpace(string(body[:len(body)-1]))
	*v = make(Vector, 0, 1+strings.Count(list, ","))
	for rest, more := list, list != ""; more; {
		var number string
		number, rest, more = strings.Cut(rest, ",")
		x, err := element(strings.TrimSpace(number))
		if err != nil {
			return fmt.Errorf("has an element %d that %w", len(*v), err)
		}
		*v = append(*v, x)
	}
	return nil
}

// element reads one number; the text is JSON.
func element(text string) (float32, error) {
	if text == "null" {
		return float32(math.NaN()), nil
	}
	if strings.HasPrefix(text, "[") {
		return 0, errors.New("is an array: use one number per dimension (multi-vectors are not searched)")
	}
	x, err := strconv.ParseFloat(text, 32)
	if err != nil && !errors.Is(err, strconv.ErrRange) {
		return 0, fmt.Errorf("is %s: use numbers", jsonfile.Excerpt([]byte(text)))
	}
	return float32(x), nil
}

// MarshalJSON writes each number as shortly as it reads back the same.
func (v Vector) MarshalJSON() ([]byte, error) { return json.Marshal([]float32(v)) }
