package mapi_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/pst"
)

// unhex reads bytes written in groups.
func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	require.NoError(t, err)
	return b
}

// weekly is a series on Mondays, Thursdays and Fridays, twelve times; one
// occurrence is left out and another has a subject and a location of its own.
const weekly = `
	0430 0430 0B20 0100 0000 C0210000 01000000 00000000 32000000 22200000 0C000000 00000000
	02000000 A096BC0C 60A1BC0C 01000000 A096BC0C 2086BC0C 20B6BC0C
	06300000 09300000 58020000 76020000
	0100 F898BC0C 1699BC0C F898BC0C 1100
	1300 1200 53696D706C65 20526563757272656E636573
	0800 0700 33342F34313431
	00000000
	04000000 00000000
	00000000 F898BC0C 1699BC0C F898BC0C
	1200 53006900 6D007000 6C006500 20005200 65006300 75007200 72006500 6E006300 65007300
	0700 33003400 2F003400 31003400 3100
	00000000
	00000000`

// appointment is a recurring appointment with this recurrence.
func appointment(pattern []byte) *item.Item {
	return &item.Item{Props: item.Props{mapi.KeyRecurrence: item.Binary(pattern)}}
}

func TestSeries(t *testing.T) {
	const (
		daily, weekday, monthly, yearly = "0A20", "0B20", "0C20", "0D20"
		forever, old                    = "23200000 0A000000 00000000", "FFFFFFFF 0A000000 00000000"
		thrice, byDate                  = "22200000 03000000 00000000", "21200000 0A000000 00000000"
		noDays                          = "00000000 00000000"
		dates                           = "A096BC0C 20B6BC0C" // 2007-04-16 to 2007-04-21
	)
	tests := []struct {
		frequency, pattern, end string // pattern: type, calendar and first date, period, sliding flag, what is special
		days                    string
		want                    string
	}{
		{daily, "0000 0000 00000000 400B0000 00000000", forever, noDays, "every 2 days"},
		{daily, "0000 0000 00000000 A0050000 00000000", byDate, noDays, "every day, until 2007-04-21"},
		{daily, "0100 0000 00000000 01000000 00000000 3E000000", old, noDays, "every week on Mon, Tue, Wed, Thu, Fri"},
		{weekday, "0100 0000 00000000 02000000 00000000 41000000", thrice, noDays, "every 2 weeks on Sun, Sat, 3 times"},
		{monthly, "0200 0000 00000000 01000000 00000000 0F000000", thrice, noDays, "every month on day 15, 3 times"},
		{monthly, "0300 0000 00000000 03000000 00000000 04000000 05000000", forever, noDays, "every 3 months on the last Tue"},
		{yearly, "0200 0000 00000000 0C000000 00000000 1A000000", forever, noDays, "every year on day 26 of April"},
		{yearly, "0300 0000 00000000 0C000000 00000000 01000000 09000000", forever, noDays, "every year on the 9 Sun of April"},
		{yearly, "0400 0000 00000000 18000000 00000000 1F000000", forever, noDays, "every 2 years on the last day of April"},
		{yearly, "0200 0000 00000000 07000000 00000000 05000000", forever, noDays, "every 7 months on day 5"},
		{monthly, "0A00 0000 00000000 01000000 00000000 05000000", forever, noDays, "every month on day 5 (Hijri)"},
		{daily, "0000 0000 00000000 A0050000 00000000", forever, "02000000 A096BC0C 409CBC0C 01000000 409CBC0C", "every day, 1 changed, 1 left out"},
	}
	for _, tt := range tests {
		b := unhex(t, "0430 0430"+tt.frequency+tt.pattern+tt.end+tt.days+dates)
		assert.Equal(t, tt.want, mapi.Series(appointment(b)))
		task := &item.Item{Props: item.Props{mapi.KeyTaskRecurrence: item.Binary(b)}}
		assert.Equal(t, tt.want, mapi.Series(task))
		for n := range b {
			require.Empty(t, mapi.Series(appointment(b[:n])), "cut after %d bytes", n)
		}
	}
	assert.Equal(t, "every week on Mon, Thu, Fri, 12 times, 1 changed, 1 left out", mapi.Series(appointment(unhex(t, weekly))))
	assert.Empty(t, mapi.Series(&item.Item{}))
}

func TestSeries_Unreadable(t *testing.T) {
	const after = `00000000 A0050000 00000000 21200000 00000000 00000000 `
	const sound = after + `00000000 00000000 A096BC0C 20B6BC0C`
	require.NotEmpty(t, mapi.Series(appointment(unhex(t, `0430 0430 0A20 0000 0000 `+sound))))
	for name, s := range map[string]string{
		"frequency":         `0430 0430 0920 0000 0000 ` + sound,
		"pattern":           `0430 0430 0A20 0500 0000 ` + sound,
		"count of days":     `0430 0430 0A20 0000 0000 ` + after + `FFFFFFFF 00000000 A096BC0C 20B6BC0C`,
		"modified, deleted": `0430 0430 0A20 0000 0000 ` + after + `00000000 01000000 A096BC0C A096BC0C 20B6BC0C`,
	} {
		assert.Empty(t, mapi.Series(appointment(unhex(t, s))), name)
	}
}

// TestSeries_Corpus describes every series of the real stores.
func TestSeries_Corpus(t *testing.T) {
	series := 0
	eachStore(t, func(t *testing.T, f *pst.File) {
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			_, recurs := it.Props.Binary(mapi.KeyRecurrence)
			_, task := it.Props.Binary(mapi.KeyTaskRecurrence)
			assert.Equal(t, recurs || task, mapi.Series(it) != "", m.NID)
			if recurs || task {
				series++
			}
		}
	})
	assert.Positive(t, series)
}

func FuzzSeries(f *testing.F) {
	f.Add(unhex(f, weekly))
	f.Fuzz(func(t *testing.T, b []byte) { mapi.Series(appointment(b)) })
}
