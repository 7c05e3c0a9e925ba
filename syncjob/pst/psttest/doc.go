// Package psttest is what tests of stores share.
//
// [Corpus], [Module] and [Stores] find real stores, [Copy] makes one that a test
// may write to, [New] an empty one. [Open] opens a store and, after the test,
// checks the file: a test that leaves a problem behind which was not there before
// has failed. [Contact], [Appointment] and the functions for single properties
// build items; [Snap] digests everything in a store, so that a test can say what
// must not have changed. [Interop] has programs that are not ours read a store.
//
// Stores and readers that a machine lacks make tests skip, loudly, unless the
// environment variables of this package say that they are required.
package psttest
