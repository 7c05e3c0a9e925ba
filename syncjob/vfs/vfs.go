// Package vfs is the file operations that the store engine and its bookkeeping
// need, each with its promise of durability.
//
// [FS] opens, creates, renames and removes files; [File] is one open file. [OS] is
// the real file system. [Count] and [CountFile] measure what passes through. Package
// crashfs implements FS in memory, for tests of what a crash leaves behind.
//
// The package does no locking and no buffering, and it knows nothing of the content
// of files.
package vfs

import (
	"io"
	"time"
)

// File is an open file. ReadAt, Size and Sync may be called from many goroutines;
// there may be one writer at a time.
type File interface {
	// ReadAt reads as [io.ReaderAt] does. It sees what this program has written,
	// durable or not.
	io.ReaderAt

	// WriteAt writes as [io.WriterAt] does, beyond the end as well. Nothing of it is
	// durable before Sync returns nil; until then, and for each sector of the device
	// by itself, the old or the new content may be what survives a crash.
	io.WriterAt

	// Size returns the length in bytes.
	Size() (int64, error)

	// Truncate makes the file size bytes long, filling with zeros. It is durable when
	// Sync has returned nil.
	Truncate(size int64) error

	// Sync makes the content and the length durable: when it returns nil, everything
	// written before survives a power failure. After an error nobody knows what of it
	// is, and calling Sync again does not help: close, open again and verify.
	Sync() error

	// Close releases the file. It makes nothing durable. The file cannot be used
	// afterwards.
	Close() error
}

// FS is a file system. Paths are those of the operating system. Its errors satisfy
// [errors.Is] with [io/fs.ErrNotExist], [io/fs.ErrExist] and [io/fs.ErrPermission]. All
// methods may be called from many goroutines.
type FS interface {
	// Open opens an existing file for reading.
	Open(path string) (File, error)

	// OpenWrite opens an existing file for reading and writing.
	OpenWrite(path string) (File, error)

	// Create creates a file, open for reading and writing; fs.ErrExist if there is
	// something of that name. The name is durable after SyncDir of its directory, the
	// content after Sync of the file: a crash may keep either without the other.
	Create(path string) (File, error)

	// Remove removes a file. It is durable after SyncDir.
	Remove(path string) error

	// Rename gives a file another name; fs.ErrExist if there is something of that name,
	// also if another program has made it meanwhile. Of file systems that cannot promise
	// that, a few network ones, it asks first. It is durable after SyncDir; a crash before
	// leaves the old state or the new one.
	Rename(from, to string) error

	// SyncDir makes creations, renames and removals in a directory durable. It does
	// nothing where the operating system has no such operation.
	SyncDir(dir string) error

	// RealPath returns the path of the file itself where path is a symbolic link to it, so
	// that what is kept beside a file is found by whatever name the file is opened. Links
	// among the folders above may stay: they lead to the same folder.
	RealPath(path string) (string, error)

	// Stat describes a file without opening it.
	Stat(path string) (Info, error)
}

// Info describes a file.
type Info struct {
	Size     int64     // in bytes
	ModTime  time.Time // of the last write
	ID       string    // volume and file id, equal as long as it is the same file; "" unknown
	ReadOnly bool      // nobody may write it
}
