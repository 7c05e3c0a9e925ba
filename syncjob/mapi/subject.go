package mapi

import (
	"fmt"
	"maps"
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"pstsyncd/syncjob/item"
)

// A subject is stored with a mark in front: U+0001, then a character whose
// number is the length of the prefix ("RE: ") plus one. [MS-PST] 2.5.3.1.1.1.

// cutSubjectMark takes the mark off. prefix is in UTF-16 units.
func cutSubjectMark(s string) (text string, prefix int, marked bool) {
	r := []rune(s)
	if len(r) < 2 || r[0] != 1 || r[1] < 1 || r[1] >= 0xD800 {
		return s, 0, false
	}
	text, prefix = string(r[2:]), int(r[1])-1
	if prefix > len(utf16.Encode(r[2:])) {
		return s, 0, false
	}
	return text, prefix, true
}

// markSubject is the reverse of cutSubjectMark.
func markSubject(text string, prefix int) string {
	return "\x01" + string(rune(prefix+1)) + text
}

// unmarkSubject returns the properties with a subject for people, and what its
// mark said.
func unmarkSubject(p item.Props) (props item.Props, prefix int, marked bool) {
	stored, ok := natural(item.TypeUnicode, p[item.KeySubject].Data)
	if v := p[item.KeySubject]; !ok || v.Type != item.TypeUnicode || v.Large != nil {
		return p, 0, false
	}
	text, prefix, marked := cutSubjectMark(stored.(string))
	if !marked {
		return p, 0, false
	}
	props = maps.Clone(p)
	props[item.KeySubject] = item.String(text)
	return props, prefix, true
}

// markSubject puts the mark back that "subject_prefix" stands for.
func (c jsonContent) markSubject(p item.Props) error {
	v, ok := p[item.KeySubject]
	if c.SubjectPrefix == nil || !ok || v.Type != item.TypeUnicode {
		return nil
	}
	text, n := decodeUnits(v.Data), *c.SubjectPrefix
	if length := len(v.Data) / 2; n < 0 || n > length {
		return fmt.Errorf(`"subject_prefix": %d characters, but the subject has %d: give 0, or leave it out`, n, length)
	}
	p[item.KeySubject] = item.String(markSubject(text, n))
	return nil
}

// maxSubject is the length in UTF-16 units, prefix and all, at which Outlook cuts a
// subject.
const maxSubject = 255

// CheckSubject refuses a subject that Outlook would make another one of; [ErrInput].
// Stores have such subjects from other programs, and these are copied as they are.
func CheckSubject(p item.Props) error {
	v, ok := p[item.KeySubject]
	if !ok || v.Type != item.TypeUnicode || v.Large != nil {
		return nil
	}
	text, _, _ := cutSubjectMark(decodeUnits(v.Data))
	if n := len(utf16.Encode([]rune(text))); n > maxSubject {
		return fmt.Errorf("%w: property PidTagSubject: %d characters, and Outlook cuts it at %d: make it shorter", ErrInput, n, maxSubject)
	}
	if i := strings.IndexFunc(text, func(r rune) bool { return r < ' ' }); i >= 0 {
		return fmt.Errorf("%w: property PidTagSubject: a control character, which Outlook strips, after %d characters: leave it out",
			ErrInput, utf8.RuneCountInString(text[:i]))
	}
	return nil
}

// keepPrefix has a changed subject keep the mark of the one before, unless the line
// says what it is to be: with the prefix, if the new one begins with it, too.
func (c *jsonContent) keepPrefix(old item.Props) {
	before, prefix, marked := unmarkSubject(old)
	text, ok := c.Properties["PidTagSubject"].(string)
	if !marked || !ok || c.SubjectPrefix != nil && *c.SubjectPrefix != prefix {
		return
	}
	if units := before[item.KeySubject].Data[:2*prefix]; !strings.HasPrefix(text, decodeUnits(units)) {
		prefix = 0
	}
	c.SubjectPrefix = &prefix
}
