// Package watch turns the noise of a file system into one question answered: has this store been written, and has the
// writer stopped?
//
// Start with [New], which remembers the present state of some files, and [Watcher.Run], which then sends a [Signal]
// each time one of them has changed and settled. A change has settled when nothing more happened for a quiet period,
// or when a ceiling is reached because the writer never pauses.
//
// # How a write is noticed
//
// The parent folder is watched, not the file: a watch on the file is dead after a rename-replace. Events are filtered
// by base name, so other files in the folder, sidecars included, are ignored. Events are not enough:
//
//   - On shares, mapped drives and FUSE mounts only one's own writes give events. There size and modification time are
//     polled every Options.Poll.
//   - Writers through a memory mapping give no events. So a slow poll, every Options.Safety, runs everywhere.
//   - A missing folder or an unmounted share cannot be watched. It is looked for every Options.Poll.
//   - When the event queue overflows, every file is looked at again.
//
// Whatever was noticed, the last word is the file's [Token], a digest of its header: a PST cannot change without its
// header changing. When the header is the one already known, there is no signal. That is how our own commit causes no
// further run: the daemon calls [Watcher.Known] with the token it read from its own descriptor.
//
// # Opening a store disturbs others
//
// To read a header is to open the file, and an open, however short, breaks a file lease on Linux and can make an
// exclusive open fail on Windows. So a header is read only when a change has settled, and on paths whose times cannot
// be trusted once in Options.Safety. Between [Watcher.Hold] and [Watcher.Resume] the file is not touched at all.
//
// # What it does not do
//
// It takes no locks, keeps nothing across restarts and does not know what is in a store beyond the size of its header.
package watch
