package check

import (
	"fmt"

	"pstsyncd/syncjob/pst/internal/disk"
)

// Severity grades a [Problem].
type Severity uint8

// The severities.
const (
	Warning Severity = iota // odd, seen in files that Outlook accepts
	Error                   // the store is damaged
)

// String is the lower-case name.
func (s Severity) String() string {
	if s == Error {
		return "error"
	}
	return "warning"
}

// code is the name of a broken rule. Each constant of this type is one that can be
// found, and the package comment lists them all.
type code string

// Problem is one finding.
type Problem struct {
	Code     string // stable, names the broken rule; the package comment lists them
	Severity Severity
	Where    string // the object: "node 0x200024", "block 0x1c4@0x5a00"
	Detail   string // what was found and what was expected
	Ref      string // section of [MS-PST], or "observed" for what Outlook does and the document does not say
}

// String is one line for people.
func (p Problem) String() string {
	return fmt.Sprintf("%s %s: %s: %s", p.Severity, p.Code, p.Where, p.Detail)
}

// add hands a finding to the consumer; after the consumer has stopped, nothing more is handed over.
func (c *checker) add(s Severity, code code, ref, where, format string, args ...any) {
	if c.stopped || c.quiet {
		return
	}
	p := Problem{Code: string(code), Severity: s, Where: where, Detail: fmt.Sprintf(format, args...), Ref: ref}
	if !c.yield(p) {
		c.stopped = true
	}
}

// quietly runs fn without reporting: for a second look at what was checked.
func (c *checker) quietly(fn func()) { c.withQuiet(true, fn) }

// loud runs fn so that its findings are reported in any case.
func (c *checker) loud(fn func()) { c.withQuiet(false, fn) }

func (c *checker) withQuiet(quiet bool, fn func()) {
	was := c.quiet
	c.quiet = quiet
	fn()
	c.quiet = was
}

func (c *checker) errorf(code code, ref, where, format string, args ...any) {
	c.add(Error, code, ref, where, format, args...)
}

func (c *checker) warnf(code code, ref, where, format string, args ...any) {
	c.add(Warning, code, ref, where, format, args...)
}

func nodeName(nid disk.NID) string { return "node " + nid.String() }

func blockName(bid disk.BID, ib uint64) string {
	return "block " + disk.BREF{BID: bid, IB: ib}.String()
}
