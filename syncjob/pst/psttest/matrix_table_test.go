package psttest_test

import (
	"bytes"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"text/tabwriter"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// print logs the table.
func (m *matrix) print(t *testing.T) {
	var b bytes.Buffer
	slices.Sort(m.kinds)
	equal, different := 0, 0
	reasons := map[string]int{}
	for _, reader := range m.readers {
		w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
		fmt.Fprintf(w, "%s\t%s\n", reader, strings.Join(m.formats, "\t"))
		for _, kind := range m.kinds {
			fmt.Fprint(w, kind)
			for _, format := range m.formats {
				v := m.cells[cellName(reader, kind, format)]
				if fmt.Fprintf(w, "\t%v", v); v == nil {
					continue
				}
				equal += v.equal
				different += len(v.differs)
				for reason, n := range v.cannot {
					reasons[reader+" cannot: "+reason] += n
				}
			}
			fmt.Fprintln(w)
		}
		require.NoError(t, w.Flush())
		fmt.Fprintln(&b)
	}
	for _, reason := range slices.Sorted(maps.Keys(reasons)) {
		fmt.Fprintf(&b, "%s (%d)\n", reason, reasons[reason])
	}
	fmt.Fprintf(&b, "%d kinds, %d formats, %d readers: %d values equal, %d different\n", len(m.kinds), len(m.formats), len(m.readers), equal, different)
	t.Log("\n" + b.String())
	for _, limit := range limits {
		if *wholeMatrix {
			assert.Contains(t, reasons, limit.reader+" cannot: "+limit.reason, "a limit that nothing meets")
		}
	}
}
