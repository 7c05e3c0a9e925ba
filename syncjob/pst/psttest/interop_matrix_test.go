package psttest_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"pstsyncd/syncjob/pst/psttest"
)

var wholeMatrix = flag.Bool("matrix", false, "TestInterop_Matrix: every kind in every format, and not the share for every day")

// daily are the formats of the ordinary share.
var daily = []string{"unicode", "ansi"}

// TestInterop_Matrix has every outside reader read every kind of thing that the
// engine writes, in every format, and compares what they list and the raw bytes of
// every property with what was meant. What a reader cannot read is in limits; any
// other difference is a failure. At the end it prints the table.
func TestInterop_Matrix(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a share of the matrix takes half a minute: run without -short")
	}
	m := &matrix{cells: map[string]*verdict{}}
	for _, f := range formats() {
		if !*wholeMatrix && !slices.Contains(daily, f.name) {
			continue
		}
		t.Run(f.name, func(t *testing.T) {
			m.scene(t, "items", f, items(t, f))
			for _, k := range storeKinds {
				if !*wholeMatrix && !f.ansi() {
					break // real stores of the other format are edited
				}
				m.scene(t, k.name, f, k.build(t, f))
			}
		})
	}
	for i, name := range edited {
		if !*wholeMatrix && i >= dailyEdited {
			break
		}
		t.Run("corpus/"+name, func(t *testing.T) { m.corpusScene(t, name) })
	}
	m.print(t)
}

// items is a store with every kind of item in a folder of its own.
func items(t *testing.T, f format) *scene {
	s := newScene(t, f)
	all := slices.DeleteFunc(slices.Concat(outlookKinds, valueKinds, sizeKinds, changeKinds), func(k kind) bool { return k.heavy && !*wholeMatrix })
	for _, k := range all {
		s.kind, s.folder = k.name, k.name
		s.write(func() { k.add(s) })
	}
	for _, k := range all {
		if s.kind, s.folder = k.name, k.name; k.then != nil {
			s.write(func() { k.then(s) })
		}
	}
	return s
}

// matrix is the table: a cell for a reader, a kind and a format.
type matrix struct {
	kinds, formats []string
	cells          map[string]*verdict
	readers        []string
}

func cellName(reader, kind, format string) string { return reader + "|" + kind + "|" + format }

// scene has every reader read a store.
func (m *matrix) scene(t *testing.T, name string, f format, s *scene) {
	for _, r := range psttest.Readers {
		t.Run(name+"/"+r.Name, func(t *testing.T) {
			verdicts := judge(s, r, r.Read(t, s.path))
			for _, kind := range slices.Sorted(maps.Keys(verdicts)) {
				v := verdicts[kind]
				if m.add(r.Name, kind, name, f.name, v); len(v.differs) > 0 {
					t.Errorf("%s: %d differences, the first:\n%s", kind, len(v.differs), strings.Join(v.differs[:min(5, len(v.differs))], "\n"))
				}
			}
		})
	}
}

func (m *matrix) add(reader, kind, store, format string, v *verdict) {
	if kind == "" {
		kind = "whole store: " + store
	}
	for list, name := range map[*[]string]string{&m.kinds: kind, &m.formats: format, &m.readers: reader} {
		if !slices.Contains(*list, name) {
			*list = append(*list, name)
		}
	}
	m.cells[cellName(reader, kind, format)] = v
}

func (v *verdict) String() string {
	switch {
	case v == nil:
		return "-"
	case len(v.differs) > 0:
		return fmt.Sprintf("DIFFERS %d", len(v.differs))
	case len(v.cannot) > 0 && v.equal == 0:
		return "cannot"
	case len(v.cannot) > 0:
		return fmt.Sprintf("equal %d, cannot", v.equal)
	}
	if v.equal == 0 {
		return "ok" // nothing to compare, and no complaint
	}
	return fmt.Sprintf("equal %d", v.equal)
}
