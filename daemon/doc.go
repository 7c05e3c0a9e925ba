// Package daemon keeps two stores equal for as long as it runs.
//
// Start with [New] and [Daemon.Run]. The way of one change: the watcher says that a store has changed and settled; the
// daemon marks the pair dirty, durably; it takes the office lock and claims both stores; a [Job] makes them equal; the
// mark is cleared, and what the job has left behind is made known to the watcher, so that it starts no further run. A
// dirty pair stays dirty, across restarts, until a job has finished for it. Every start begins with a job, which finds
// out by itself what was missed.
//
// A job that fails is tried again as its error deserves, see [Class]: after a pause, which grows, when a store is busy
// or cannot be reached; when a store changes, or a person has decided, otherwise. The log gets one line for each job,
// one line when an obstacle is met, and one when it is gone. It never names items.
//
// # Stopping
//
// Run ends in two ways. When stop is closed, no new job is begun, and one in hand is finished. When the context ends,
// the job in hand is abandoned at once; a job is safe to abandon at any point, also by kill -9. [Signals] makes the two
// of the first and the second SIGINT or SIGTERM.
//
// It does not know what a job does, nor what is in a store.
package daemon
