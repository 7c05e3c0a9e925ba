// Package witness reads PST stores through mooijtech/go-pst, a reader that
// shares no code with the engine in syncjob/pst. What the engine wrote and the
// witness reads back the same was not agreed on by one pair of eyes.
//
// Start with [Open], then [Store.Object] for one item or [Store.Items] for all.
//
// Only go-pst's primitives are used: page entries, blocks, heap-on-node,
// property and table contexts, local descriptors. Its typed messages are not,
// as they lose contacts' properties. And where go-pst would load both B-trees
// whole, the witness descends them for each identifier that is asked for, so
// that reading one item of a large store costs a few pages.
//
// go-pst knows no cyclic encoding, no B-tree-on-heap of more than one level, no
// subnode tree of more than one level, no 4K pages and no block id over 32
// bits. All of these are [ErrCannot], which says nothing about the store. It
// does not look at CRCs or signatures either, so the witness vouches for
// values, not for the blocks around them.
package witness
