package fanout

import (
	"errors"
	"net/http"
	"regexp"
	"strings"
)

// leastSecret is the length from which on a text is worth hiding: a shorter one is found in words that mean something else.
const leastSecret = 6

// secretHeader matches the names of headers whose values are secret.
var secretHeader = regexp.MustCompile(`(?i)auth|key|token|secret|password|cookie`)

// hideSecrets hides the values of secret headers in texts of others: a server or a proxy may quote what it refuses, and error
// texts end up in logs and files. It is nil when there is nothing to hide.
func hideSecrets(header http.Header) *strings.Replacer {
	var pairs []string
	for name, values := range header {
		if !secretHeader.MatchString(name) {
			continue
		}
		for _, value := range values {
			if secret := value[strings.LastIndexByte(value, ' ')+1:]; len(secret) >= leastSecret { // without "Bearer"
				pairs = append(pairs, secret, "[hidden]")
			}
		}
	}
	if pairs == nil {
		return nil
	}
	return strings.NewReplacer(pairs...)
}

// hide hides secrets in the members' errors.
func (r *Result) hide(secrets *strings.Replacer) {
	if secrets == nil || r.failed == 0 {
		return
	}
	for i := range r.Members {
		if m := &r.Members[i]; !m.OK() {
			m.Error = secrets.Replace(m.Error)
		}
	}
}

// hideIn hides secrets in an error, which stays the same when it has none.
func hideIn(err error, secrets *strings.Replacer) error {
	if err == nil || secrets == nil {
		return err
	}
	text := err.Error()
	if hidden := secrets.Replace(text); hidden != text {
		return errors.New(hidden)
	}
	return err
}
