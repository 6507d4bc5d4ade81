package fanout

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
)

const (
	// leastSecret is the length from which on a text is worth hiding: a shorter one is found in words that mean something else.
	leastSecret = 6
	// leastPart is the same for the beginning of a secret at the end of a text that was cut.
	leastPart = 4

	hiddenSecret = "[hidden]"
)

// secretHeader matches the names of headers whose values are secret.
var secretHeader = regexp.MustCompile(`(?i)auth|key|token|secret|password|cookie`)

// schemeName matches what precedes a secret in Authorization.
var schemeName = regexp.MustCompile(`^[A-Za-z]+$`)

// secrets are the values of secret headers. They are hidden in texts of others: a server or a proxy may quote what it refuses, and
// error texts end up in logs and files. It is nil when there is nothing to hide.
type secrets struct {
	values   []string
	replacer *strings.Replacer
}

// secretsOf finds the secrets among headers.
func secretsOf(header http.Header) *secrets {
	s := &secrets{}
	for name, values := range header {
		if !secretHeader.MatchString(name) {
			continue
		}
		for _, value := range values {
			s.addHeader(value)
		}
	}
	if s.values == nil {
		return nil
	}
	// The longest first: one may begin with another.
	slices.SortFunc(s.values, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(s.values))
	for _, value := range s.values {
		pairs = append(pairs, value, hiddenSecret)
	}
	s.replacer = strings.NewReplacer(pairs...)
	return s
}

// addHeader adds the secrets in a header's value: all its words but the name of a scheme, as in "Bearer KEY". What Basic stands for is a
// secret too.
func (s *secrets) addHeader(value string) {
	words := strings.Fields(value)
	if len(words) > 1 && schemeName.MatchString(words[0]) {
		if plain, err := base64.StdEncoding.DecodeString(words[1]); err == nil && strings.EqualFold(words[0], "basic") {
			_, password, _ := strings.Cut(string(plain), ":")
			s.add(string(plain))
			s.add(password)
		}
		words = words[1:]
	}
	for _, word := range words {
		s.add(strings.Trim(word, ";,"))
	}
}

// add adds a secret, and how it looks once it was written as JSON, in Go's quotes or into a URL.
func (s *secrets) add(secret string) {
	if len(secret) < leastSecret {
		return
	}
	forms := []string{secret, url.QueryEscape(secret), url.PathEscape(secret), unquoted(strconv.Quote(secret))}
	if text, err := json.Marshal(secret); err == nil {
		forms = append(forms, unquoted(string(text)))
	}
	for _, form := range forms {
		if !slices.Contains(s.values, form) {
			s.values = append(s.values, form)
		}
	}
}

func unquoted(text string) string { return text[1 : len(text)-1] }

// hide hides the secrets in a text, and the beginning of one at its end, where the text was cut: also in quotes, as the beginning of a
// reply is told.
func (s *secrets) hide(text string) string {
	if s == nil {
		return text
	}
	text = s.replacer.Replace(text)
	said := strings.TrimRight(text, `"`)
	for _, value := range s.values {
		for n := min(len(value)-1, len(said)); n >= leastPart; n-- {
			if strings.HasSuffix(said, value[:n]) {
				return said[:len(said)-n] + hiddenSecret + text[len(said):]
			}
		}
	}
	return text
}

// finishErrors makes the members' errors fit to be shown: without secrets, without what a terminal would obey, not too long.
func (r *Result) finishErrors(s *secrets) {
	if r.failed == 0 {
		return
	}
	for i := range r.Members {
		if m := &r.Members[i]; !m.OK() {
			m.Error = cutTo(Plain(s.hide(m.Error)), maxError)
		}
	}
}

// Hide takes the client's secrets out of an error that quotes a server, what a terminal would obey, and what is too long. The error stays
// the same when there is nothing to take out; else its text is what is left of it.
func (c *Client) Hide(err error) error {
	if err == nil {
		return nil
	}
	text := err.Error()
	if plain := cutTo(c.HideText(text), maxError); plain != text {
		return &hiddenError{plain, err}
	}
	return err
}

// HideText does the same for a text.
func (c *Client) HideText(text string) string { return Plain(c.secrets.hide(text)) }

// hiddenError is an error whose text was changed. What it was is still to be found by errors.As.
type hiddenError struct {
	text string
	err  error
}

func (h *hiddenError) Error() string { return h.text }

func (h *hiddenError) Unwrap() error { return h.err }
