// Package lockmgr keeps everybody else away from a store while a job works on it, and says who is in the way.
//
// Start with [AcquirePair], which takes everything a job needs, and [Policy], which says how to wait when something is
// busy. Busy is a normal answer: it is a [BusyError], naming the holder as well as can be known.
//
// # Two kinds of lock
//
// The office lock ([AcquireOffice]) is between the pstsyncd processes of an office: an advisory lock on a sidecar file
// beside common.pst, with the holder's name inside for people and for the other processes' logs. The lock counts, not
// the text: a text that a killed process left behind does no harm.
//
// A claim ([Acquire]) is on the store itself, against programs that know nothing of us:
//
//   - Windows: the file is opened with share mode 0. Whoever has it open makes that fail; while it is open, nobody else
//     can open it. This holds across the network too.
//   - Linux: locks of either kind (flock, fcntl) held by others are honoured and ours are taken. Where the file system
//     has file leases and the file is ours (or we have CAP_LEASE), a write lease is taken as well: it is refused while
//     anyone has the file open, and anyone who opens the file meanwhile waits until we have finished, for as long as
//     the kernel allows (/proc/sys/fs/lease-break-time, 45 s). No signal is lost on it: [Claim.Contended] asks.
//   - Others: flock.
//
// # One descriptor
//
// All input and output on a claimed store must go through [Claim.File]. Opening the path a second time fails on Windows,
// breaks our own lease on Linux, and closing that second descriptor drops fcntl locks of this process.
//
// # What it does not do
//
// On FUSE mounts of a share, locks do not reach the server: nothing can be claimed there against other computers, and
// [Claim.Kind] says so. It never deletes a lock file: another process may be about to lock it.
package lockmgr
