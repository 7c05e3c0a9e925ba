// Command mutants breaks the program on purpose, one place at a time, and runs the
// tests that have to notice. A test suite that stays green without an fsync, with
// space freed too early, or with a deletion that nobody asked for, would not be worth
// its name.
//
//	go run ./syncjob/internal/mutants              all mutants
//	go run ./syncjob/internal/mutants -only sync   those whose name matches
//
// A mutant is a piece of source text that stands in a file exactly once, the text that
// takes its place, what that breaks, in words, and which tests of which packages must
// turn red ([all]). The tree is not touched: the changed file reaches the compiler by
// "go test -overlay". First the same tests run without any mutant, and must be green.
//
// A mutant is killed when a test fails, or does not come to its end. One that does not
// compile, or whose tests do not exist, is not killed but wrong. The program prints a
// table and ends with 1 unless every mutant is killed; an ordinary test holds that the
// texts are still there, so that the list follows the source.
package main
