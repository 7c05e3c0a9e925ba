package mapi_test

import (
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

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

func TestRecurrence_WithException(t *testing.T) {
	b := unhex(t, weekly)
	r, err := mapi.ParseRecurrence(b)
	require.NoError(t, err)
	assert.Equal(t, b, r.Marshal())
	assert.Empty(t, r.Rest)
	assert.Equal(t, "every week on Mon, Thu, Fri, 12 times, 1 changed, 1 left out", r.String())
	a := r.Appointment
	require.NotNil(t, a)
	require.Len(t, a.Exceptions, 1)
	require.Len(t, a.Extended, 1)
	assert.EqualValues(t, 600, a.StartOffset)
	assert.Equal(t, mapi.OverrideSubject|mapi.OverrideLocation, a.Exceptions[0].Overrides)
	assert.Equal(t, "Simple Recurrences", string(a.Exceptions[0].Subject.Text))
	assert.Equal(t, "34/4141", pst.DecodeUTF16(a.Extended[0].Location))

	for n := range b {
		_, err := mapi.ParseRecurrence(b[:n])
		require.ErrorIs(t, err, pst.ErrCorrupt, "cut after %d bytes", n)
	}
	r, err = mapi.ParseRecurrence(append(b, 1, 2))
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2}, r.Rest)
	assert.Equal(t, append(b, 1, 2), r.Marshal())
}

func TestRecurrence_AllOverrides(t *testing.T) {
	// A day left out, and another with every number of its own and no text.
	b := unhex(t, `
		0430 0430 0A20 0000 0000 00000000 A0050000 00000000 21200000 0A000000 00000000
		01000000 A096BC0C 01000000 A096BC0C 2086BC0C 20B6BC0C
		06300000 08300000 58020000 76020000
		0100 F898BC0C 1699BC0C F898BC0C EE03
		01000000 0F000000 01000000 02000000 01000000 00000000 05000000
		00000000
		00000000
		00000000`)
	r, err := mapi.ParseRecurrence(b)
	require.NoError(t, err)
	assert.Equal(t, b, r.Marshal())
	assert.EqualValues(t, [...]uint32{1, 15, 1, 2, 1, 0, 5}, r.Appointment.Exceptions[0].Numbers)
	assert.Equal(t, "every day, until 2007-04-21, 1 changed", r.String())
}

func TestRecurrence_Rhythms(t *testing.T) {
	for _, tt := range []struct {
		r    mapi.Recurrence
		want string
	}{
		{mapi.Recurrence{Frequency: mapi.Daily, Period: 2 * 1440, End: mapi.EndNever}, "every 2 days"},
		{mapi.Recurrence{Frequency: mapi.Daily, Pattern: mapi.PatternWeek, Period: 1, Days: 0x3E, End: mapi.EndNeverOld}, "every week on Mon, Tue, Wed, Thu, Fri"},
		{mapi.Recurrence{Frequency: mapi.Monthly, Pattern: mapi.PatternMonth, Period: 1, Days: 15, End: mapi.EndAfter, Occurrences: 3}, "every month on day 15, 3 times"},
		{mapi.Recurrence{Frequency: mapi.Monthly, Pattern: mapi.PatternMonthNth, Period: 3, Days: 4, Nth: 5}, "every 3 months on the last Tue"},
		{mapi.Recurrence{Frequency: mapi.Yearly, Pattern: mapi.PatternMonthNth, Period: 12, Days: 1, Nth: 9}, "every year on the 9 Sun"},
		{mapi.Recurrence{Frequency: mapi.Yearly, Pattern: mapi.PatternMonthEnd, Period: 24, Days: 31}, "every 2 years on day 31"},
	} {
		assert.Equal(t, tt.want, tt.r.String())
	}
}

func TestRecurrence_Refused(t *testing.T) {
	head := `0430 0430 %s 0000 00000000 A0050000 00000000`
	for name, s := range map[string]string{
		"frequency":         strings.ReplaceAll(head, "%s", "0920 0000"),
		"pattern":           strings.ReplaceAll(head, "%s", "0A20 0500"),
		"count of days":     strings.ReplaceAll(head, "%s", "0A20 0000") + `21200000 00000000 00000000 FFFFFFFF 00000000`,
		"modified, deleted": strings.ReplaceAll(head, "%s", "0A20 0000") + `21200000 00000000 00000000 00000000 01000000 00000000 00000000 00000000`,
	} {
		_, err := mapi.ParseTaskRecurrence(unhex(t, s))
		require.ErrorIs(t, err, pst.ErrCorrupt, name)
	}
}

func TestRecurrence_Corpus(t *testing.T) {
	series, tasks := 0, 0
	eachStore(t, func(t *testing.T, f *pst.File) {
		for m := range messages(t, f) {
			it := toItem(t, f, m.Content)
			if b, ok := it.Props.Binary(mapi.KeyRecurrence); ok {
				r, err := mapi.ParseRecurrence(b)
				require.NoError(t, err, m.NID)
				assert.Equal(t, b, r.Marshal(), m.NID)
				assert.Empty(t, r.Rest)
				t.Logf("%s: %s", m.NID, r)
				series++
			}
			if b, ok := it.Props.Binary(mapi.KeyTaskRecurrence); ok {
				r, err := mapi.ParseTaskRecurrence(b)
				require.NoError(t, err, m.NID)
				assert.Equal(t, b, r.Marshal(), m.NID)
				t.Logf("%s: %s", m.NID, r)
				tasks++
			}
		}
	})
	assert.Positive(t, series)
	t.Logf("%d series, %d tasks", series, tasks)
}

func FuzzRecurrence(f *testing.F) {
	f.Add(unhex(f, weekly))
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := mapi.ParseRecurrence(b)
		if err != nil {
			return
		}
		assert.Equal(t, b, r.Marshal())
		_ = r.String()
	})
}
