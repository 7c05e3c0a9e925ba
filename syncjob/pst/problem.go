package pst

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

// Problem is one finding of [Check].
type Problem struct {
	Code     string // stable, names the broken rule
	Severity Severity
	Where    string // the object: "node 0x200024", "block 0x1c4 at 0x5a00"
	Detail   string
	Ref      string // section of [MS-PST]
}
