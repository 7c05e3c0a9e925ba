package pst

import "pstsyncd/syncjob/pst/internal/check"

// Problem is one finding of [Check].
type Problem = check.Problem

// Severity grades a [Problem].
type Severity = check.Severity

// The severities.
const (
	Warning = check.Warning // odd, seen in files that Outlook accepts
	Error   = check.Error   // the store is damaged
)
