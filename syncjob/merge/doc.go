// Package merge decides what has to be done so that two stores hold the same
// items: from what both last agreed on (the base) and what each holds now, to a
// plan.
//
// Start with [Reconcile]; its [Input] is made of [Base] and [View], its [Plan]
// of [Action]. It is a pure function: no clock, no files, no log, and the same
// input gives the same plan in the same order, whatever the order of the input.
// Properties are compared by digest; the values themselves are fetched by whoever
// carries out the plan.
//
// What it stands for:
//
//   - A property changed on one side is copied to the other. Changed on both to
//     the same value, the base catches up. Changed on both to different values,
//     [Policy] names the winner, and the plan names the loser, whose value is to be
//     kept in the history.
//   - An item is deleted only when it is positively gone from one side and
//     untouched on the other. Gone here and changed there, it is created again.
//   - What could not be read is held, and its folder with it.
//   - Items without a base are paired once, see pairing.go. Two items that are
//     merely alike never become one.
//   - A run that would delete much of a folder is halted until it is approved.
//
// It does not know what a PST is, and it does not apply anything.
package merge
