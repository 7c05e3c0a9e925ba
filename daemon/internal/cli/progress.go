package cli

import (
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// progress shows a person how far something has come, on a terminal. Its methods
// do nothing where it is nil.
type progress struct {
	app  *app
	what string
	bar  *progressbar.ProgressBar
}

// progress gives a display of what is going on, nil unless stderr is a terminal.
func (a *app) progress(what string) *progress {
	f, ok := a.Stderr.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return &progress{app: a, what: what}
}

// report is a [pst.Progress].
func (p *progress) report(done, total int64) {
	if p == nil {
		return
	}
	if p.bar == nil {
		p.bar = progressbar.NewOptions64(total,
			progressbar.OptionSetWriter(p.app.Stderr),
			progressbar.OptionSetDescription(p.what),
			progressbar.OptionThrottle(100*time.Millisecond),
			progressbar.OptionSetWidth(40),
			progressbar.OptionClearOnFinish(),
		)
	}
	_ = p.bar.Set64(done) // a display that fails is no matter
}

// clear removes the display until the next report, so that something can be printed.
func (p *progress) clear() {
	if p != nil && p.bar != nil {
		_ = p.bar.Clear()
	}
}
