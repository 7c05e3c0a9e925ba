package syncjob_test

import (
	"context"
	"fmt"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/state"
	"pstsyncd/syncjob/vfs"
)

// benchPair is two stores, of which local has n contacts.
func benchPair(b *testing.B, n int) (common, local string, open func() *state.DB) {
	b.Helper()
	dir := b.TempDir()
	common, local = filepath.Join(dir, "common.pst"), filepath.Join(dir, "outlook.pst")
	for _, path := range []string{common, local} {
		f, err := pst.Create(vfs.OS, path, pst.CreateOptions{})
		require.NoError(b, err)
		require.NoError(b, f.Close())
	}
	fill(b, local, n)
	return common, local, func() *state.DB {
		db, err := state.Open(filepath.Join(dir, "state"), state.Options{})
		require.NoError(b, err)
		return db
	}
}

func benchRun(b *testing.B, common, local string, db *state.DB) syncjob.Result {
	b.Helper()
	r, err := syncjob.Run(context.Background(), syncjob.Options{
		Common: syncjob.Endpoint{Path: common}, Local: syncjob.Endpoint{Path: local}, State: db,
	})
	require.NoError(b, err)
	require.NoError(b, db.Close())
	return r
}

func report(b *testing.B, r syncjob.Result) {
	b.ReportMetric(float64(r.Common.BytesRead), "common-read-B")
	b.ReportMetric(float64(r.Common.BytesWritten), "common-written-B")
	b.ReportMetric(float64(r.Common.Syncs), "common-fsyncs")
	b.ReportMetric(float64(r.Local.BytesRead), "local-read-B")
}

func BenchmarkRun_FirstSync(b *testing.B) {
	for _, n := range []int{1000, 10_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				common, local, open := benchPair(b, n)
				db := open()
				b.StartTimer()
				r := benchRun(b, common, local, db)
				require.Equal(b, n, r.Common.Added)
				report(b, r)
			}
		})
	}
}

func BenchmarkRun_OneChange(b *testing.B) {
	for _, n := range []int{10_000, 50_000} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			common, local, open := benchPair(b, n)
			benchRun(b, common, local, open())
			var peak uint64
			for i := 0; b.Loop(); i++ {
				b.StopTimer()
				touch(b, local, i)
				runtime.GC()
				db := open()
				stop := watchHeap(&peak)
				b.StartTimer()
				r := benchRun(b, common, local, db)
				b.StopTimer()
				stop()
				require.Equal(b, 1, r.Common.Changed)
				report(b, r)
				b.StartTimer()
			}
			b.ReportMetric(float64(peak), "peak-heap-B")
		})
	}
}

// touch changes the i-th contact of a store.
func touch(b *testing.B, path string, i int) {
	b.Helper()
	file, err := pst.Open(vfs.OS, path, pst.Options{})
	require.NoError(b, err)
	defer file.Close()
	tx, err := file.Begin()
	require.NoError(b, err)
	folder, err := tx.FolderByPath("Contacts")
	require.NoError(b, err)
	at := 0
	for row, err := range tx.Items(folder) {
		require.NoError(b, err)
		if at == i*97%1000 {
			v := item.String(fmt.Sprint("touched ", i))
			require.NoError(b, tx.Update(row.NID, pst.Edit{Set: []pst.Property{{Tag: pst.MakeTag(0x3A1C, pst.TypeUnicode), Data: v.Data}}}))
			break
		}
		at++
	}
	require.NoError(b, tx.Commit())
}

// watchHeap notes the largest heap until stop is called.
func watchHeap(peak *uint64) (stop func()) {
	done, gone := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(gone)
		for {
			var m runtime.MemStats
			runtime.ReadMemStats(&m)
			*peak = max(*peak, m.HeapInuse+m.StackInuse)
			select {
			case <-done:
				return
			case <-time.After(time.Millisecond):
			}
		}
	}()
	return func() { close(done); <-gone }
}
