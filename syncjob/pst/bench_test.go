package pst_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
	"pstsyncd/syncjob/vfs"
)

var huge = flag.Bool("huge", false, "benchmark stores of 100,000 items and of 10 GB too")

// What changing one item may cost, whatever the size of the store.
const (
	changeReads  = 1 << 20   // bytes
	changeWrites = 128 << 10 // bytes, journal included
	changeMemory = 32 << 20  // bytes
)

// office is a store full of contacts, with what passes through its files counted.
type office struct {
	path     string
	contacts []pst.NID
	count    *vfs.Counters
}

func newOffice(t testing.TB, n int) *office {
	t.Helper()
	o := &office{path: psttest.New(t), count: &vfs.Counters{}}
	o.contacts = psttest.Fill(t, o.path, 0, n)
	return o
}

func (o *office) open(t testing.TB) *pst.File {
	t.Helper()
	f, err := pst.Open(vfs.Count(vfs.OS, o.count), o.path, pst.Options{})
	require.NoError(t, err)
	return f
}

// edit opens the store, does one thing in a transaction, and closes it.
func (o *office) edit(t testing.TB, do func(*pst.File, *pst.Tx) error) {
	f := o.open(t)
	defer f.Close()
	tx, err := f.Begin()
	require.NoError(t, err)
	require.NoError(t, do(f, tx))
	require.NoError(t, tx.Commit())
}

// anyone is one of the contacts.
func (o *office) anyone(r *rand.Rand) pst.NID { return o.contacts[r.IntN(len(o.contacts))] }

// singleEdits are changes of one item. Each leaves as many contacts as there were.
var singleEdits = []struct {
	name string
	do   func(t testing.TB, o *office, r *rand.Rand, f *pst.File, tx *pst.Tx) error
}{
	{"change phone", func(_ testing.TB, o *office, r *rand.Rand, _ *pst.File, tx *pst.Tx) error {
		return tx.Update(o.anyone(r), pst.Edit{Set: []pst.Property{psttest.Text(0x3A1C001F, fmt.Sprint("+43 664 ", r.IntN(1e7)))}})
	}},
	{"rename", func(_ testing.TB, o *office, r *rand.Rand, _ *pst.File, tx *pst.Tx) error {
		name := fmt.Sprintf("Renamed %d", r.IntN(1e7))
		return tx.Update(o.anyone(r), pst.Edit{Set: []pst.Property{
			psttest.Text(pst.PidTagDisplayName, name), psttest.Text(psttest.TagSubject, name), psttest.Text(psttest.TagTopic, name),
		}})
	}},
	{"set new name", func(_ testing.TB, o *office, r *rand.Rand, _ *pst.File, tx *pst.Tx) error {
		id, err := tx.PutName(pst.PropName{GUID: pst.UnnamedSet, Name: fmt.Sprint("Field ", r.Int())})
		if err != nil {
			return err
		}
		return tx.Update(o.anyone(r), pst.Edit{Set: []pst.Property{psttest.Text(pst.MakeTag(id, pst.TypeUnicode), "new")}})
	}},
	{"add", func(t testing.TB, o *office, _ *rand.Rand, f *pst.File, tx *pst.Tx) error {
		folder, err := f.Default(pst.ClassContact)
		if err != nil {
			return err
		}
		nid, err := tx.Create(folder, psttest.NewOffice(t, tx).Contact(len(o.contacts)))
		o.contacts = append(o.contacts, nid)
		return err
	}},
	{"delete", func(_ testing.TB, o *office, r *rand.Rand, _ *pst.File, tx *pst.Tx) error {
		i := r.IntN(len(o.contacts))
		nid := o.contacts[i]
		o.contacts[i] = o.contacts[len(o.contacts)-1]
		o.contacts = o.contacts[:len(o.contacts)-1]
		return tx.MoveToDeletedItems(nid)
	}},
}

// TestEdit_cost: changing one item costs the same in a large store and in a very
// large one. Bytes, not times, decide.
func TestEdit_cost(t *testing.T) {
	for _, size := range sizes(10_000, 50_000) {
		if size > 10_000 && testing.Short() {
			continue
		}
		writes := int64(changeWrites)
		if size > 50_000 {
			writes += 64 << 10 // the heap and the rows of the table are beneath XXBLOCKs
		}
		o := newOffice(t, size)
		r := rand.New(rand.NewPCG(1, uint64(size)))
		for _, e := range singleEdits {
			t.Run(fmt.Sprintf("%s of %d", e.name, size), func(t *testing.T) {
				for range 20 {
					read, written := o.count.BytesRead.Load(), o.count.BytesWritten.Load()
					memory := psttest.Allocated()
					o.edit(t, func(f *pst.File, tx *pst.Tx) error { return e.do(t, o, r, f, tx) })
					assert.Less(t, o.count.BytesRead.Load()-read, int64(changeReads), "bytes read")
					assert.Less(t, o.count.BytesWritten.Load()-written, writes, "bytes written")
					assert.Less(t, psttest.Allocated()-memory, uint64(changeMemory), "bytes allocated")
				}
			})
		}
		assert.Empty(t, psttest.Problems(t, o.path))
	}
}

func BenchmarkOpen(b *testing.B) {
	o := newOffice(b, 10_000)
	o.measure(b, func() { require.NoError(b, o.open(b).Close()) })
}

func BenchmarkList(b *testing.B) {
	o := newOffice(b, 10_000)
	list := func(each func(*pst.File, pst.NID)) func() {
		return func() {
			f := o.open(b)
			defer f.Close()
			folder, err := f.Default(pst.ClassContact)
			require.NoError(b, err)
			n := 0
			for row, err := range f.Items(folder) {
				require.NoError(b, err)
				each(f, row.NID)
				n++
			}
			require.Equal(b, len(o.contacts), n)
		}
	}
	b.Run("rows of 10000", func(b *testing.B) { o.measure(b, list(func(*pst.File, pst.NID) {})) })
	b.Run("items of 10000", func(b *testing.B) {
		o.measure(b, list(func(f *pst.File, nid pst.NID) {
			_, err := f.Message(nid)
			require.NoError(b, err)
		}))
	})
}

func BenchmarkCreate(b *testing.B) {
	for _, size := range sizes(10_000) {
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			o := &office{count: &vfs.Counters{}}
			var peak uint64
			o.measure(b, func() {
				b.StopTimer()
				o.path = psttest.New(b)
				stop := psttest.WatchHeap()
				b.StartTimer()
				o.edit(b, func(f *pst.File, tx *pst.Tx) error {
					folder, err := f.Default(pst.ClassContact)
					require.NoError(b, err)
					contacts := psttest.NewOffice(b, tx)
					for i := range size {
						_, err := tx.Create(folder, contacts.Contact(i))
						require.NoError(b, err)
					}
					return nil
				})
				b.StopTimer()
				peak = max(peak, stop())
				b.StartTimer()
			})
			b.ReportMetric(float64(peak), "peak-heap-B")
		})
	}
}

// sizes are the numbers of items to measure with.
func sizes(usual ...int) []int {
	if *huge {
		return append(usual, 100_000)
	}
	return usual
}

func BenchmarkEdit(b *testing.B) {
	for _, size := range sizes(10_000, 50_000) {
		o := newOffice(b, size)
		r := rand.New(rand.NewPCG(2, uint64(size)))
		for _, e := range singleEdits {
			b.Run(fmt.Sprintf("%s of %d", e.name, size), func(b *testing.B) {
				o.measure(b, func() {
					o.edit(b, func(f *pst.File, tx *pst.Tx) error { return e.do(b, o, r, f, tx) })
				})
			})
		}
	}
}

// measure runs the body of a benchmark and reports what it did to files.
func (o *office) measure(b *testing.B, body func()) {
	b.ReportAllocs()
	read, written, syncs := o.count.BytesRead.Load(), o.count.BytesWritten.Load(), o.count.Syncs.Load()
	for b.Loop() {
		body()
	}
	n := float64(b.N)
	b.ReportMetric(float64(o.count.BytesRead.Load()-read)/n, "read-B/op")
	b.ReportMetric(float64(o.count.BytesWritten.Load()-written)/n, "written-B/op")
	b.ReportMetric(float64(o.count.Syncs.Load()-syncs)/n, "syncs/op")
}
