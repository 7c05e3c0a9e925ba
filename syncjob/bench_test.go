package syncjob_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

var huge = flag.Bool("huge", false, "benchmark stores of 100,000 items and of 10 GB too")

// What a job with one change may cost each store, whatever the size of both.
const (
	changeReads  = 1 << 20   // bytes, the independent reader's included
	changeWrites = 128 << 10 // bytes, journal included
	changeMemory = 32 << 20  // bytes
)

// crowd is two stores with the same contacts.
type crowd struct {
	*desk
	nids [2][]pst.NID
	rng  *rand.Rand
}

// newCrowd fills a local store with n contacts and has them copied.
func newCrowd(t testing.TB, n int) *crowd {
	t.Helper()
	c := &crowd{desk: newDesk(t, "", ""), rng: rand.New(rand.NewPCG(7, uint64(n)))}
	psttest.Fill(t, c.path[atLocal], 0, n)
	c.readback = nil // of n items it takes long
	r, err := c.try()
	require.NoError(t, err)
	require.Equal(t, n, r.Common.Added)
	c.readback = verifyAll
	for s := range c.path {
		f := c.look(s)
		folder, err := f.Default(pst.ClassContact)
		require.NoError(t, err)
		for row, err := range f.Items(folder) {
			require.NoError(t, err)
			c.nids[s] = append(c.nids[s], row.NID)
		}
		require.NoError(t, f.Close())
	}
	return c
}

// someone is one of the contacts of a side.
func (c *crowd) someone(s int) pst.NID { return c.nids[s][c.rng.IntN(len(c.nids[s]))] }

// happenings are what may happen to one item of one side.
var happenings = []struct {
	name string
	do   func(c *crowd, s int, f *pst.File, tx *pst.Tx) error
}{
	{"changed", func(c *crowd, s int, _ *pst.File, tx *pst.Tx) error {
		return tx.Update(c.someone(s), pst.Edit{Set: []pst.Property{psttest.Text(0x3A1C001F, fmt.Sprint("+43 664 ", c.rng.IntN(1e7)))}})
	}},
	{"renamed", func(c *crowd, s int, _ *pst.File, tx *pst.Tx) error {
		name := fmt.Sprintf("Renamed %d", c.rng.IntN(1e7))
		return tx.Update(c.someone(s), pst.Edit{Set: []pst.Property{
			psttest.Text(pst.PidTagDisplayName, name), psttest.Text(psttest.TagSubject, name), psttest.Text(psttest.TagTopic, name),
		}})
	}},
	{"newly named", func(c *crowd, s int, _ *pst.File, tx *pst.Tx) error {
		id, err := tx.PutName(pst.PropName{GUID: pst.UnnamedSet, Name: fmt.Sprint("Field ", c.rng.Int())})
		if err != nil {
			return err
		}
		return tx.Update(c.someone(s), pst.Edit{Set: []pst.Property{psttest.Text(pst.MakeTag(id, pst.TypeUnicode), "new")}})
	}},
	{"added", func(c *crowd, _ int, f *pst.File, tx *pst.Tx) error {
		folder, err := f.Default(pst.ClassContact)
		if err != nil {
			return err
		}
		_, err = tx.Create(folder, psttest.NewOffice(c.t, tx).Contact(1_000_000+c.rng.IntN(1_000_000)))
		return err
	}},
	{"deleted", func(c *crowd, s int, _ *pst.File, tx *pst.Tx) error {
		i := c.rng.IntN(len(c.nids[s]))
		nid := c.nids[s][i]
		c.nids[s] = slices.Delete(c.nids[s], i, i+1)
		return tx.MoveToDeletedItems(nid)
	}},
}

// TestRun_OneChange holds the limits of what one change costs.
func TestRun_OneChange(t *testing.T) {
	c := newCrowd(t, 10_000)
	for s, side := range []string{"common", "local"} {
		for _, h := range happenings {
			t.Run(h.name+" at "+side, func(t *testing.T) {
				c.edit(s, func(f *pst.File, tx *pst.Tx) { require.NoError(t, h.do(c, s, f, tx)) })
				before := psttest.Allocated()
				r, err := c.try()
				require.NoError(t, err)
				assert.Less(t, psttest.Allocated()-before, uint64(changeMemory), "bytes allocated")
				assert.Equal(t, 1, r.Common.Added+r.Common.Changed+r.Common.Deleted+r.Local.Added+r.Local.Changed+r.Local.Deleted)
				for _, counts := range []syncjob.Counts{r.Common, r.Local} {
					assert.Less(t, counts.BytesRead, int64(changeReads), "bytes read")
					assert.Less(t, counts.BytesWritten, int64(changeWrites), "bytes written")
				}
				c.rest()
			})
		}
	}
}

func BenchmarkRun_FirstSync(b *testing.B) {
	for _, bm := range []struct {
		items    int
		readback bool
		huge     bool
	}{
		{10_000, false, false}, {10_000, true, false}, {50_000, false, true}, {100_000, false, true},
	} {
		if bm.huge && !*huge {
			continue
		}
		b.Run(fmt.Sprintf("%d readback=%v", bm.items, bm.readback), func(b *testing.B) {
			b.ReportAllocs()
			var c cost
			for b.Loop() {
				b.StopTimer()
				d := newDesk(b, "", "")
				if !bm.readback {
					d.readback = nil
				}
				psttest.Fill(b, d.path[atLocal], 0, bm.items)
				c.watched(b, d)
				state, err := os.Stat(d.statePath())
				require.NoError(b, err)
				b.ReportMetric(float64(state.Size())/float64(bm.items), "state-B/item")
				b.StartTimer()
			}
			c.report(b)
		})
	}
}

func BenchmarkRun_OneChange(b *testing.B) {
	for _, bm := range []struct {
		name     string
		items    int
		sections int64 // of both stores at least
		huge     bool
	}{
		{name: "10000", items: 10_000},
		{name: "50000", items: 50_000},
		{name: "100000", items: 100_000, huge: true},
		{name: "10000 in 10 GB", items: 10_000, sections: 42_000, huge: true},
	} {
		if bm.huge && !*huge {
			continue
		}
		o := newCrowd(b, bm.items)
		if bm.sections > 0 {
			for _, path := range o.path {
				psttest.Inflate(b, path, bm.sections, func(_ int64, page int) bool { return page%16 != 0 })
			}
		}
		for _, h := range happenings {
			b.Run(fmt.Sprintf("%s of %s", h.name, bm.name), func(b *testing.B) {
				b.ReportAllocs()
				var c cost
				for b.Loop() {
					b.StopTimer()
					o.edit(atLocal, func(f *pst.File, tx *pst.Tx) { require.NoError(b, h.do(o, atLocal, f, tx)) })
					c.watched(b, o.desk)
					b.StartTimer()
				}
				c.report(b)
			})
		}
		b.Run(fmt.Sprintf("nothing of %s", bm.name), func(b *testing.B) {
			b.ReportAllocs()
			var c cost
			for b.Loop() {
				c.job(b, o.desk)
			}
			c.report(b)
		})
	}
}

// cost adds up what jobs did to files.
type cost struct {
	jobs                 int
	read, written, syncs [2]int64
	peak                 uint64 // bytes of heap and stacks in use
}

func (c *cost) job(b *testing.B, d *desk) {
	r, err := d.try()
	require.NoError(b, err)
	c.jobs++
	for s, counts := range []syncjob.Counts{r.Common, r.Local} {
		c.read[s] += counts.BytesRead
		c.written[s] += counts.BytesWritten
		c.syncs[s] += counts.Syncs
	}
}

// watched is a job with the timer stopped before and after it, and the heap watched.
func (c *cost) watched(b *testing.B, d *desk) {
	stop := psttest.WatchHeap()
	b.StartTimer()
	c.job(b, d)
	b.StopTimer()
	c.peak = max(c.peak, stop())
}

func (c *cost) report(b *testing.B) {
	for s, side := range []string{"common", "local"} {
		for what, sum := range map[string]int64{"read-B": c.read[s], "written-B": c.written[s], "syncs": c.syncs[s]} {
			b.ReportMetric(float64(sum)/float64(c.jobs), side+"-"+what)
		}
	}
	if c.peak > 0 {
		b.ReportMetric(float64(c.peak), "peak-heap-B")
	}
}
