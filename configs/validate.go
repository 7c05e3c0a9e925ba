package configs

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// FieldError is one setting that cannot be used.
type FieldError struct {
	Field string // the key, such as "log.level"
	Value any
	Want  string // what would be accepted
}

// Error names the key, its value and what is wanted instead.
func (e *FieldError) Error() string {
	if s, ok := e.Value.(string); ok {
		return fmt.Sprintf("%s = %q: want %s", e.Field, s, e.Want)
	}
	return fmt.Sprintf("%s = %v: want %s", e.Field, e.Value, e.Want)
}

// Shortest periods: below them the program would only be busy with itself.
const (
	minQuiet = 10 * time.Millisecond
	minPoll  = 10 * time.Millisecond
)

// Validate checks every setting and returns all findings, each a *FieldError, joined.
func (c *Config) Validate() error {
	v := &validation{}
	v.stores(c)
	v.maps(c.Map)
	v.oneOf("watch.mode", c.Watch.Mode, "auto", "events", "poll")
	v.atLeast("watch.quiet", c.Watch.Quiet, minQuiet)
	v.atLeast("watch.ceiling", c.Watch.Ceiling, max(minQuiet, c.Watch.Quiet))
	v.atLeast("watch.poll", c.Watch.Poll, minPoll)
	v.atLeast("watch.safety", c.Watch.Safety, max(minPoll, c.Watch.Poll))
	v.atLeast("busy.initial", c.Busy.Initial, minPoll)
	v.atLeast("busy.max", c.Busy.Max, max(minPoll, c.Busy.Initial))
	v.oneOf("sync.conflict", c.Sync.Conflict, "newest", "common", "local")
	v.oneOf("sync.private", c.Sync.Private, "skip", "sync")
	v.oneOf("sync.readback", c.Sync.Readback, "changed", "off")
	v.between("brake.items", c.Brake.Items, 1, 1_000_000)
	v.between("brake.percent", c.Brake.Percent, 1, 100)
	v.between("codepage.common", c.CodePage.Common, 0, 65535)
	v.between("codepage.local", c.CodePage.Local, 0, 65535)
	v.oneOf("log.format", c.Log.Format, "text", "json")
	v.oneOf("log.level", c.Log.Level, "debug", "info", "warn", "error")
	v.between("log.max_size_mb", c.Log.MaxSizeMB, 1, 10_000)
	v.between("log.keep", c.Log.Keep, 0, 1000)
	return errors.Join(v.errs...)
}

type validation struct{ errs []error }

func (v *validation) fail(field string, value any, want string) {
	v.errs = append(v.errs, &FieldError{Field: field, Value: value, Want: want})
}

func (v *validation) stores(c *Config) {
	if c.Common == "" {
		v.fail("common", c.Common, "the path of the office's store")
	}
	if c.Local == "" {
		v.fail("local", c.Local, "the path of this desktop's store")
	}
	if c.Common != "" && filepath.Clean(c.Common) == filepath.Clean(c.Local) {
		v.fail("local", c.Local, "another file than common")
	}
}

// maps demands that every folder is in one pair only.
func (v *validation) maps(pairs []Map) {
	seen := map[string]bool{}
	for i, p := range pairs {
		for _, side := range []struct{ name, path string }{{"common", p.Common}, {"local", p.Local}} {
			field := fmt.Sprintf("map[%d].%s", i, side.name)
			key := side.name + "\x00" + strings.ToLower(side.path)
			switch {
			case side.path == "" || slices.Contains(strings.Split(side.path, "/"), ""):
				v.fail(field, side.path, `a folder path such as "Contacts/Team"`)
			case seen[key]:
				v.fail(field, side.path, "a folder that is in no other pair")
			}
			seen[key] = true
		}
	}
}

func (v *validation) oneOf(field, value string, allowed ...string) {
	if !slices.Contains(allowed, value) {
		last := len(allowed) - 1
		v.fail(field, value, strings.Join(allowed[:last], ", ")+" or "+allowed[last])
	}
}

func (v *validation) atLeast(field string, value, least time.Duration) {
	if value < least {
		v.fail(field, value, fmt.Sprintf(`a duration such as "2s", at least %v`, least))
	}
}

func (v *validation) between(field string, value, least, most int) {
	if value < least || value > most {
		v.fail(field, value, fmt.Sprintf("a number from %d to %d", least, most))
	}
}

// ParseMap reads the command line's form of a folder pair, COMMONPATH=LOCALPATH.
func ParseMap(text string) (Map, error) {
	common, local, ok := strings.Cut(text, "=")
	if !ok || common == "" || local == "" {
		return Map{}, &FieldError{Field: "map", Value: text, Want: "COMMONPATH=LOCALPATH"}
	}
	return Map{Common: common, Local: local}, nil
}
