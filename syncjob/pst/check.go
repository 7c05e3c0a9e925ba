package pst

import (
	"context"
	"iter"

	"pstsyncd/syncjob/pst/internal/check"
	"pstsyncd/syncjob/vfs"
)

// Progress is told how far something has come, in bytes of a file: done only grows,
// total stays the same. It is called from the goroutine that does the work.
type Progress = func(done, total int64)

// Check finds what is wrong with the store at path. It reads the whole file and
// writes nothing; it needs no password and also looks at stores that [Open]
// refuses. A file that cannot be opened or read is a problem with the code
// "read". It tells report how far it has come, unless that is nil.
func Check(ctx context.Context, fsys vfs.FS, path string, report Progress) iter.Seq[Problem] {
	return func(yield func(Problem) bool) {
		f, err := fsys.Open(path)
		if err != nil {
			yield(Problem{Code: "read", Severity: Error, Where: path, Detail: err.Error()})
			return
		}
		defer f.Close()
		checkFile(ctx, f, path, report, yield)
	}
}

// Check finds what is wrong with the committed state of the open store.
func (f *File) Check(ctx context.Context) iter.Seq[Problem] {
	return func(yield func(Problem) bool) { checkFile(ctx, f.file, f.path, nil, yield) }
}

func checkFile(ctx context.Context, f vfs.File, path string, report Progress, yield func(Problem) bool) {
	size, err := f.Size()
	if err != nil {
		yield(Problem{Code: "read", Severity: Error, Where: path, Detail: err.Error()})
		return
	}
	check.Run(ctx, f, size, check.Options{Progress: report})(yield)
}
