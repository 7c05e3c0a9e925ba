package psttest

import "testing"

// MostANSISections is how many sections an ANSI store has at most: the FPMap in its header
// has a bit for each eight of them ([MS-PST] 1.3.2.8).
const MostANSISections = 128 * 8 * 8

// FillUp makes the ANSI store at path as long as the format lets it be, in a sparse
// file, with that many free pages of 512 bytes in its last section beside what was
// free before.
func FillUp(t testing.TB, path string, left int) {
	t.Helper()
	Inflate(t, path, MostANSISections, func(section int64, page int) bool {
		return section < MostANSISections-1 || page < PagesOfSection-left
	})
}
