package syncjob_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// TestAcceptance_formats has stores of all formats, code pages and encodings kept
// equal: additions, corrections and deletions on both sides, and nothing written
// when there is nothing to do. The independent reader does not know the cyclic
// encoding, and what it has not looked at is never counted as verified.
func TestAcceptance_formats(t *testing.T) {
	ansi := func(codePage int) pst.CreateOptions { return pst.CreateOptions{Format: pst.ANSI, CodePage: codePage} }
	for name, kinds := range map[string][2]pst.CreateOptions{
		"unicode with ansi":            {{}, psttest.Formats["ansi"]},
		"ansi with unicode":            {psttest.Formats["ansi"], {}},
		"ansi with ansi":               {psttest.Formats["ansi"], psttest.Formats["ansi"]},
		"ansi of two code pages":       {ansi(850), ansi(1250)},
		"cyclic ansi with unicode":     {psttest.Encoded["ansi cyclic"], {}},
		"cyclic unicode with ansi":     {psttest.Encoded["unicode cyclic"], psttest.Formats["ansi"]},
		"cyclic unicode with cyclic":   {psttest.Encoded["unicode cyclic"], psttest.Encoded["unicode cyclic"]},
		"not encoded with ansi cyclic": {psttest.Encoded["ansi plain"], psttest.Encoded["ansi cyclic"]},
	} {
		t.Run(name, func(t *testing.T) {
			inShare(t, name == "ansi with unicode" || name == "ansi of two code pages")
			d := newDesk(t, psttest.NewAs(t, kinds[atCommon]), psttest.NewAs(t, kinds[atLocal]))
			for s, kind := range kinds {
				d.unread[s] = kind.Encoding == pst.EncodingCyclic
			}
			d.exercise()
			assert.Equal(t, d.digests(atLocal, "Contacts"), d.digests(atCommon, "Contacts"))
			assert.Equal(t, d.digests(atLocal, "Calendar"), d.digests(atCommon, "Calendar"))
		})
	}
}

// TestAcceptance_formatsOfReal has real stores with partners of the other format.
func TestAcceptance_formatsOfReal(t *testing.T) {
	meet(t, "an Outlook 97 office", []meeting{
		{"a Unicode desktop, an ANSI office", "ansi", "outlook-mixed.pst", "common 4/0/0, local 0/0/0"},
		{"with associated items", "ansi", "outlook-mail-fai.pst", "common 2/0/0, local 0/0/0"},
		{"of another make", "ansi", "aspose-9-appointments.pst", "common 30/0/0, local 0/0/0"},
		{"an Outlook 97 desktop", "unicode", "outlook97-ansi.pst", "common 1/0/0, local 0/0/0"},
		{"an Outlook 97 desktop, an ANSI office", "ansi", "outlook97-ansi.pst", "common 1/0/0, local 0/0/0"},
		{"an Outlook 97 office", "outlook97-ansi.pst", "unicode", "common 0/0/0, local 1/0/0"},
		{"an Outlook 97 office with people", "outlook97-ansi.pst", "outlook-6-contacts.pst", "common 6/0/0, local 1/0/0"},
	})
}

// storeOf is a new store of a format, or a real one.
func storeOf(t *testing.T, name string) string {
	t.Helper()
	if kind, ok := psttest.Formats[name]; ok {
		return psttest.NewAs(t, kind)
	}
	return original(t, name)
}

// TestAcceptance_formatsAround has what went through an ANSI store into a third one be
// what it was at first, down to the digests of what a listing leaves out.
func TestAcceptance_formatsAround(t *testing.T) {
	for _, name := range []string{"outlook-mixed.pst", "outlook-mail-fai.pst", "aspose-9-appointments.pst"} {
		t.Run(name, func(t *testing.T) {
			inShare(t, name == "outlook-mail-fai.pst")
			first := newDesk(t, psttest.NewAs(t, psttest.Formats["ansi"]), original(t, name))
			first.sync()
			second := newDesk(t, first.path[atCommon], "")
			second.sync()
			for _, pair := range first.pairs {
				require.NotEmpty(t, first.digests(atLocal, pair.Local))
				assert.Equal(t, first.digests(atLocal, pair.Local), second.digests(atLocal, pair.Local))
			}
		})
	}
}
