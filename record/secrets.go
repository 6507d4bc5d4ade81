package record

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	// maxText is how many characters are kept of an error text, maxArgument of an argument of the command line.
	maxText     = 300
	maxArgument = 1000
	// maxArguments is how many arguments are kept.
	maxArguments = 200
	// minSecret is how long the value of a variable is at least to be looked for in texts: shorter ones are in every text.
	minSecret = 4
	// maxCleaned is how many texts are remembered with what became of them, maxRemembered how long they are, in bytes.
	maxCleaned    = 64
	maxRemembered = 4096

	hidden = "…"
)

var (
	// secretName matches names of variables, flags and options that hold secrets.
	secretName = regexp.MustCompile(`(?i)key|token|secret|passw|credential|authoriz`)
	// credentials match secrets by what stands before them; the second group is replaced.
	credentials = []*regexp.Regexp{
		regexp.MustCompile(`(?i)(\b(?:bearer|basic)\s+)([\w.~+/=-]+)`),
		regexp.MustCompile(`(?i)((?:api[-_]?key|token|secret|password)["']?\s*[=:]\s*["']?)([^\s"'&,;]+)`),
	}
	// userinfo matches the user and password of a URL.
	userinfo = regexp.MustCompile(`(://)[^/@\s]+@`)
	// localAddress matches the client's own end of a connection: its port is another one each time, and so would the text be.
	localAddress = regexp.MustCompile(`\b((?:read|write|dial) (?:tcp|udp)) \S+->`)
)

// cleaner takes out of texts what must not get into a file: secrets, control characters, excess length.
type cleaner struct {
	values  *strings.Replacer
	cleaned map[string]string
}

// newCleaner makes a cleaner that knows the values of those variables whose names say that they are secrets.
func newCleaner(environments ...map[string]string) *cleaner {
	var values []string
	for _, environment := range environments {
		for name, value := range environment {
			if secretName.MatchString(name) && len(value) >= minSecret {
				values = append(values, value)
			}
		}
	}
	// The longest first: one may begin with another.
	slices.SortFunc(values, func(a, b string) int { return len(b) - len(a) })
	pairs := make([]string, 0, 2*len(values))
	for _, value := range values {
		pairs = append(pairs, value, hidden)
	}
	return &cleaner{values: strings.NewReplacer(pairs...), cleaned: make(map[string]string)}
}

// errorText cleans the text of an error. It is for one goroutine; the same texts come again and again, so it remembers some.
func (c *cleaner) errorText(text string) string {
	if clean, ok := c.cleaned[text]; ok {
		return clean
	}
	clean := localAddress.ReplaceAllString(c.clean(text, maxText), "$1 ")
	if len(text) > maxRemembered {
		return clean
	}
	if len(c.cleaned) >= maxCleaned {
		clear(c.cleaned)
	}
	c.cleaned[text] = clean
	return clean
}

// clean cleans any text and cuts it to a number of characters.
func (c *cleaner) clean(text string, length int) string {
	text = c.values.Replace(text) // before anything is cut, which could leave a part of one
	if len(text) > 16*length {
		text = text[:16*length] // patterns need not see more
	}
	for _, pattern := range credentials {
		text = pattern.ReplaceAllString(text, "${1}"+hidden)
	}
	text = userinfo.ReplaceAllString(text, "$1")
	text = strings.TrimSpace(strings.Map(func(r rune) rune {
		if !unicode.IsPrint(r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD")))
	if utf8.RuneCountInString(text) > length {
		text = string([]rune(text)[:length]) + hidden
	}
	return text
}

// arguments cleans a command line.
func (c *cleaner) arguments(arguments []string) []string {
	clean := make([]string, 0, min(len(arguments), maxArguments))
	secretNext := false
	for _, argument := range arguments[:min(len(arguments), maxArguments)] {
		if secretNext {
			clean, secretNext = append(clean, hidden), false
			continue
		}
		secretNext = strings.HasPrefix(argument, "-") && !strings.Contains(argument, "=") && secretName.MatchString(argument)
		clean = append(clean, c.clean(hideValue(argument), maxArgument))
	}
	return clean
}

// hideValue hides what follows the first name of a secret in NAME=VALUE, --flag=VALUE or --flag=NAME=VALUE.
func hideValue(argument string) string {
	for from := 0; ; {
		equals := strings.IndexByte(argument[from:], '=')
		if equals < 0 {
			return argument
		}
		if secretName.MatchString(argument[from : from+equals]) {
			return argument[:from+equals+1] + hidden
		}
		from += equals + 1
	}
}

// json cleans a JSON value: what stands under the name of a secret, and all texts; members that are null are left out. It is
// nil if the text is no JSON.
func (c *cleaner) json(text []byte) json.RawMessage {
	var value any
	if json.Unmarshal(text, &value) != nil {
		return nil
	}
	clean, err := json.Marshal(c.value(value))
	if err != nil {
		return nil
	}
	return clean
}

func (c *cleaner) value(value any) any {
	switch value := value.(type) {
	case map[string]any:
		for name, member := range value {
			switch {
			case member == nil:
				delete(value, name)
			case secretName.MatchString(name):
				value[name] = hidden
			default:
				value[name] = c.value(member)
			}
		}
	case []any:
		for i := range value {
			value[i] = c.value(value[i])
		}
	case string:
		return c.clean(value, maxArgument)
	}
	return value
}
