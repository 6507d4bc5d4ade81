package docs_test

import (
	"fmt"
	"strings"
)

// command is one command of a page.
type command struct {
	page string
	// env are the variables that stand before it, words are its name and arguments.
	env   []string
	words []string
	// background is a command that ends with &: the next one does not wait for it.
	background bool
}

func (c *command) String() string { return c.page + ": " + strings.Join(c.words, " ") }

// commandsOf reads the blocks of a page that are marked as sh.
func commandsOf(page, text string) ([]command, error) {
	var commands []command
	for i, block := range strings.Split(text, "```sh\n")[1:] {
		block, _, found := strings.Cut(block, "```")
		if !found {
			return nil, fmt.Errorf("%s: block %d does not end", page, i+1)
		}
		for _, line := range strings.Split(strings.ReplaceAll(block, "\\\n", " "), "\n") {
			words, err := split(line)
			if err != nil {
				return nil, fmt.Errorf("%s: %q: %w", page, line, err)
			}
			commands = append(commands, commandsIn(page, words)...)
		}
	}
	return commands, nil
}

// commandsIn tells the commands of a line apart.
func commandsIn(page string, words []string) []command {
	var commands []command
	c := command{page: page}
	for _, word := range append(words, "&&") {
		name, _, assigns := strings.Cut(word, "=")
		switch {
		case word == "&&" || word == "&":
			if len(c.words) > 0 {
				c.background = word == "&"
				commands = append(commands, c)
			}
			c = command{page: page}
		case len(c.words) == 0 && assigns && strings.ToUpper(name) == name:
			c.env = append(c.env, word)
		default:
			c.words = append(c.words, word)
		}
	}
	return commands
}

// split splits a line into words as a shell does, as far as pages need it: quotes, and comments.
func split(line string) ([]string, error) {
	var words []string
	var word strings.Builder
	inWord := false
	quote := rune(0)
	for _, r := range line {
		switch {
		case quote != 0 && r == quote:
			quote = 0
		case quote != 0:
			word.WriteRune(r)
		case r == '\'' || r == '"':
			quote, inWord = r, true
		case r == '#' && !inWord:
			return words, nil
		case r == ' ' || r == '\t':
			if inWord {
				words = append(words, word.String())
				word.Reset()
				inWord = false
			}
		default:
			word.WriteRune(r)
			inWord = true
		}
	}
	if quote != 0 {
		return nil, fmt.Errorf("the quote %c is not closed", quote)
	}
	if inWord {
		words = append(words, word.String())
	}
	return words, nil
}
