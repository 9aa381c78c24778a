// Package powershelltest takes PowerShell scripts apart, so that tests can look
// at their structure where there is no PowerShell. It knows what our scripts use
// and calls the rest an error.
package powershelltest

import (
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Kind says what a token is.
type Kind int

// The kinds of tokens.
const (
	Word       Kind = iota // a command, a number, a type, an operator of letters
	Parameter              // -Name
	Variable               // $name
	String                 // in single quotes; Value is what it stands for
	Expandable             // in double quotes; Value is what stands between them
	Sign                   // a bracket, an operator
	LineEnd
)

// Token is one token of a script. Comments are none.
type Token struct {
	Kind  Kind
	Value string
	Line  int
}

const (
	singleQuotes = "'‘’‚‛"
	doubleQuotes = "\"“”„"
)

// scanner reads a script.
type scanner struct {
	rest []rune
	line int
	out  []Token
	open []rune // brackets that are open
	at   []int  // on which lines
}

// Tokens takes a script apart. Its error says in which line it can't be right: a
// string or bracket that is never closed, a here-string, a dash or quote of
// typography outside of strings.
func Tokens(script string) ([]Token, error) {
	s := &scanner{rest: []rune(strings.ReplaceAll(strings.TrimPrefix(script, "\uFEFF"), "\r\n", "\n")), line: 1}
	for len(s.rest) > 0 {
		if err := s.next(); err != nil {
			return nil, fmt.Errorf("line %d: %w", s.line, err)
		}
	}
	if n := len(s.open); n > 0 {
		return nil, fmt.Errorf("line %d: %q is never closed", s.at[n-1], s.open[n-1])
	}
	return s.out, nil
}

func (s *scanner) add(k Kind, v string) { s.out = append(s.out, Token{k, v, s.line}) }

func (s *scanner) peek(n int) rune {
	if n < len(s.rest) {
		return s.rest[n]
	}
	return 0
}

// next reads one token.
func (s *scanner) next() error {
	c := s.rest[0]
	switch {
	case c == '\n':
		s.add(LineEnd, "")
		s.line++
		s.rest = s.rest[1:]
	case c == ' ' || c == '\t':
		s.rest = s.rest[1:]
	case c == '`':
		if s.peek(1) != '\n' {
			return fmt.Errorf("a backtick that is no line's end")
		}
		s.line++
		s.rest = s.rest[2:]
	case c == '<' && s.peek(1) == '#':
		return s.blockComment()
	case c == '#':
		s.take(func(r rune) bool { return r != '\n' })
	case c == '@' && isQuote(s.peek(1)):
		return fmt.Errorf("a here-string")
	case strings.ContainsRune(singleQuotes, c):
		return s.literal()
	case strings.ContainsRune(doubleQuotes, c):
		return s.expandable()
	case c == '$' && isName(s.peek(1)):
		s.rest = s.rest[1:]
		s.add(Variable, s.take(func(r rune) bool { return isName(r) || r == ':' }))
	case strings.ContainsRune("({[", c), strings.ContainsRune(")}]", c):
		return s.bracket(c)
	case c == '-' && unicode.IsLetter(s.peek(1)):
		s.rest = s.rest[1:]
		s.add(Parameter, s.take(isName))
	case isName(c):
		s.add(Word, s.take(func(r rune) bool { return isName(r) || strings.ContainsRune("-./\\", r) }))
	case c > 0x7e:
		return fmt.Errorf("%q outside of a string", c)
	default:
		s.add(Sign, string(c))
		s.rest = s.rest[1:]
	}
	return nil
}

func isQuote(c rune) bool {
	return c != 0 && strings.ContainsRune(singleQuotes+doubleQuotes, c)
}
func isName(c rune) bool { return c == '_' || c < 0x7f && (unicode.IsLetter(c) || unicode.IsDigit(c)) }

func (s *scanner) take(while func(rune) bool) string {
	n := 0
	for n < len(s.rest) && while(s.rest[n]) {
		n++
	}
	taken := string(s.rest[:n])
	s.rest = s.rest[n:]
	return taken
}

func (s *scanner) blockComment() error {
	text := string(s.rest)
	end := strings.Index(text, "#>")
	if end < 0 {
		return fmt.Errorf("a comment that is never closed")
	}
	s.line += strings.Count(text[:end], "\n")
	s.rest = []rune(text[end+2:])
	return nil
}

// literal reads a string in single quotes; two in a row stand for one.
func (s *scanner) literal() error {
	var b strings.Builder
	for i := 1; i < len(s.rest); i++ {
		c := s.rest[i]
		if strings.ContainsRune(singleQuotes, c) {
			if next := s.peek(i + 1); next == 0 || !strings.ContainsRune(singleQuotes, next) {
				s.rest = s.rest[i+1:]
				s.add(String, b.String())
				return nil
			}
			i++
			c = s.rest[i]
		}
		if c == '\n' {
			break // our strings stand on one line
		}
		b.WriteRune(c)
	}
	return fmt.Errorf("a string that is never closed")
}

// expandable reads a string in double quotes. In $( ) another script stands.
func (s *scanner) expandable() error {
	for i := 1; i < len(s.rest); i++ {
		switch c := s.rest[i]; {
		case c == '\n':
			return fmt.Errorf("a string that is never closed")
		case c == '`':
			i++
		case c == '$' && s.peek(i+1) == '(':
			end, err := s.inner(i + 2)
			if err != nil {
				return err
			}
			i = end
		case strings.ContainsRune(doubleQuotes, c):
			s.add(Expandable, string(s.rest[1:i]))
			s.rest = s.rest[i+1:]
			return nil
		}
	}
	return fmt.Errorf("a string that is never closed")
}

// inner reads the script within $( ) and says where its bracket closes.
func (s *scanner) inner(from int) (int, error) {
	depth := 1
	for i := from; i < len(s.rest) && s.rest[i] != '\n'; i++ {
		switch s.rest[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				_, err := Tokens(string(s.rest[from:i]))
				return i, err
			}
		}
	}
	return 0, fmt.Errorf("$( that is never closed")
}

func (s *scanner) bracket(c rune) error {
	s.add(Sign, string(c))
	s.rest = s.rest[1:]
	if i := strings.IndexRune(")}]", c); i >= 0 {
		n := len(s.open)
		if n == 0 || s.open[n-1] != rune("({["[i]) {
			return fmt.Errorf("%q closes nothing", c)
		}
		s.open, s.at = s.open[:n-1], s.at[:n-1]
		return nil
	}
	s.open, s.at = append(s.open, c), append(s.at, s.line)
	return nil
}

// Strings are the values of all strings in single quotes.
func Strings(tokens []Token) (values []string) {
	for _, t := range tokens {
		if t.Kind == String {
			values = append(values, t.Value)
		}
	}
	return values
}

// Has says that these tokens, by their values, stand in a row somewhere.
func Has(tokens []Token, values ...string) bool {
	for i := range tokens {
		if i+len(values) <= len(tokens) && slices.EqualFunc(tokens[i:i+len(values)], values, func(t Token, v string) bool { return t.Value == v }) {
			return true
		}
	}
	return false
}
