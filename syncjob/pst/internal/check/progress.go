package check

// progress hands on how far a check has come.
type progress struct {
	report func(done, total int64)
	total  int64
	done   int64 // as last reported
}

// The phases of a check that take time, and how much of it, in hundredths.
const (
	shareBlocks    = 35
	shareNodes     = 50
	shareMessaging = 100 - shareBlocks - shareNodes

	progressSteps = 256 // reports at most
)

// at says that i of n steps of a phase are done, which takes share hundredths of
// the time after the first before.
func (p *progress) at(before, share, i, n int) {
	if p.report == nil || n == 0 {
		return
	}
	part := (float64(before) + float64(share)*float64(i)/float64(n)) / 100
	if done := int64(part * float64(p.total)); done-p.done > p.total/progressSteps {
		p.done = done
		p.report(done, p.total)
	}
}

// finish says that all is done, unless the check was stopped.
func (p *progress) finish(stopped bool) {
	if p.report != nil && !stopped {
		p.report(p.total, p.total)
	}
}
