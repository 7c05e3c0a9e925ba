// Package readback asks a reader that is not ours whether a store now holds
// what was meant to be written. After a commit, hand [Verify] the open store
// and a [Want] for each item that was touched; the [Report] counts what agreed,
// what did not ([Mismatch], with both digests) and what could not be looked at.
//
// The reader is mooijtech/go-pst, behind [witness]. It parses with little
// suspicion, so it runs in a child process, this program started once more,
// with a limit on time, memory and bytes read. The child opens no file: it asks
// its parent for bytes over a pipe, since the parent may hold the only claim on
// the store that the operating system grants. A child that dies costs the
// verification of one item.
//
// A program that calls Verify must call [RunIfChild] first thing in main, and a
// test binary in TestMain.
//
// The package does not repair, does not retry and does not judge what go-pst
// cannot read.
package readback
