package ltp_test

import (
	"fmt"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst/internal/disk"
	"pstsyncd/syncjob/pst/internal/ltp"
	"pstsyncd/syncjob/pst/internal/ndb"
)

// contactTags are as many columns, of such types, as the contents table of a
// contacts folder has once a view of it was opened.
func contactTags() []ltp.Tag {
	tags := []ltp.Tag{
		0x0E170003, 0x001A001F, 0x0E070003, 0x00170003, 0x0042001F, 0x0037001F, 0x0E060040, 0x00390040,
		0x0E080003, 0x0E04001F, 0x0E03001F, 0x00360003, 0x0057000B, 0x0058000B, 0x10970003, 0x0070001F,
		0x00710102, 0x30130102, 0x65C60003, 0x30080040, 0x0E300102, 0x0E330014, 0x0E340102, 0x0E3D0102,
		0x0E3C0102, 0x0E380003,
	}
	for i := range uint16(24) {
		tags = append(tags, ltp.MakeTag(0x8000+i, ltp.TypeUnicode))
	}
	return tags
}

// contactCells returns the cells of a contact: about 600 bytes.
func contactCells(i int) []ltp.Cell {
	var cells []ltp.Cell
	for n, tag := range contactTags() {
		size, fixed := tag.Type().Fixed()
		switch {
		case n%3 == 2 && !fixed:
			continue
		case !fixed:
			size = 20 + 2*((i+n)%24)
		}
		value := make([]byte, size)
		for k := range value {
			value[k] = byte(i >> (8 * (k % 3)))
		}
		if tag.Type() == ltp.TypeBoolean {
			value[0] &= 1
		}
		cells = append(cells, ltp.Cell{Tag: tag, Data: value})
	}
	return cells
}

func contactID(i int) uint32 { return uint32(0x10000+i)<<5 | 4 }

// fillTable adds rows from to to of contacts.
func fillTable(t testing.TB, s *testStore, from, to int) {
	t.Helper()
	s.update(func(tx *ndb.Tx) {
		editTable(t, tx, func(e *ltp.TCEditor) {
			for i := from; i < to; i++ {
				require.NoError(t, e.Set(contactID(i), contactCells(i)))
			}
		})
	})
}

// TestTCEditor_Cost wants the cost of one changed row not to depend on how many
// others there are.
func TestTCEditor_Cost(t *testing.T) {
	for _, rows := range []int{1000, 10_000, 50_000} {
		t.Run(fmt.Sprint(rows), func(t *testing.T) {
			if rows > 10_000 && testing.Short() {
				t.Skip("takes seconds: run without -short")
			}
			s := newStore(t, disk.Unicode)
			newTable(t, s, contactTags()...)
			fillTable(t, s, 0, rows)
			changes := []struct {
				name   string
				change func(e *ltp.TCEditor) error
			}{
				{"update", func(e *ltp.TCEditor) error {
					return e.Update(contactID(rows/3), []ltp.Cell{{Tag: 0x0037001F, Data: make([]byte, 70)}})
				}},
				{"set", func(e *ltp.TCEditor) error { return e.Set(contactID(rows/2), contactCells(rows/2+5)) }},
				{"insert", func(e *ltp.TCEditor) error { return e.Set(contactID(rows), contactCells(rows)) }},
				{"delete", func(e *ltp.TCEditor) error { return e.Delete(contactID(rows / 4)) }},
			}
			for _, c := range changes {
				s.reopen()
				tx, err := s.Begin()
				require.NoError(t, err)
				s.file.reset()
				editTable(t, tx, func(e *ltp.TCEditor) { require.NoError(t, c.change(e)) })
				require.NoError(t, tx.Commit())
				t.Logf("%s: read %d blocks, %d KiB; wrote %d blocks, %d KiB", c.name,
					s.file.reads, s.file.bytesRead>>10, s.file.writes, s.file.bytesWrote>>10)
				assert.LessOrEqual(t, s.file.reads, 25, "%s: blocks read", c.name)
				assert.LessOrEqual(t, s.file.writes, 20, "%s: blocks written", c.name)
				assert.LessOrEqual(t, s.file.bytesRead, int64(256<<10), "%s: bytes read", c.name)
				assert.LessOrEqual(t, s.file.bytesWrote, int64(112<<10), "%s: bytes written", c.name)
			}
			n, err := s.Node(tableNID)
			require.NoError(t, err)
			table, problems := verifyTC(raw(t, s, n))
			require.Empty(t, problems)
			require.Len(t, table.rows, rows)
		})
	}
}

// BenchmarkTCEditor_Insert adds 10,000 rows in one go.
func BenchmarkTCEditor_Insert(b *testing.B) {
	const rows = 10_000
	for b.Loop() {
		s := newStore(b, disk.Unicode)
		newTable(b, s, contactTags()...)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		begin := time.Now()
		fillTable(b, s, 0, rows)
		b.ReportMetric(time.Since(begin).Seconds(), "s/10000rows")
		runtime.ReadMemStats(&after)
		b.ReportMetric(float64(after.TotalAlloc-before.TotalAlloc)/rows, "B/row")
		b.ReportMetric(float64(s.file.bytesWrote)/rows, "written/row")
	}
}
