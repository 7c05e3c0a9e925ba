package merge

import "pstsyncd/syncjob/item"

// Preference is who wins a real conflict on a property.
type Preference uint8

// The preferences.
const (
	PreferNewest Preference = iota // the side whose item was modified last; Left when even
	PreferLeft
	PreferRight
)

// Policy is what a person, or the meaning of properties, decides.
type Policy struct {
	Prefer Preference

	// Volatile properties are neither compared nor copied. Nil: there are none.
	Volatile func(item.Key) bool

	// Quiet properties are copied like others, but are nobody's work: a difference
	// is no conflict, the side modified last wins whatever Prefer says, and it does
	// not count as a change that keeps an item from being deleted. Nil: those of
	// [DefaultQuiet].
	Quiet func(item.Key) bool

	// A run that would delete more than BrakeItems items and more than BrakePercent
	// of a folder is halted. Both 0: 10 items and 25 percent.
	BrakeItems   int
	BrakePercent int
}

// DefaultQuiet accepts what programs write beside what a person changes: times
// of creation and modification, the search key, and who modified.
func DefaultQuiet(k item.Key) bool {
	switch k {
	case item.KeyCreated, item.KeyModified, item.KeySearchKey,
		"0x3FF8", "0x3FF9", "0x3FFA", "0x3FFB": // names and ids of creator and last modifier
		return true
	}
	return false
}

func (p Policy) withDefaults() Policy {
	if p.Volatile == nil {
		p.Volatile = func(item.Key) bool { return false }
	}
	if p.Quiet == nil {
		p.Quiet = DefaultQuiet
	}
	if p.BrakeItems == 0 && p.BrakePercent == 0 {
		p.BrakeItems, p.BrakePercent = 10, 25
	}
	return p
}

// winner decides a conflict between two items that are both there.
func (p Policy) winner(left, right *View) Side {
	switch {
	case p.Prefer == PreferLeft:
		return Left
	case p.Prefer == PreferRight:
		return Right
	default:
		return newest(left, right)
	}
}

// newest is the side that was modified last; Left when even.
func newest(left, right *View) Side {
	if right.Modified > left.Modified {
		return Right
	}
	return Left
}
