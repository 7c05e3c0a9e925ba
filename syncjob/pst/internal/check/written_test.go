package check_test

import (
	"fmt"
	"os"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

// written are the stores that the engine makes, by name: with the items that
// breakages speak of, the fourth with an attachment, the fifth with recipients.
var written = map[string]pst.CreateOptions{
	ansi:                 psttest.Formats["ansi"],
	"new-unicode.pst":    psttest.Formats["unicode"],
	"cyclic-unicode.pst": psttest.Encoded["unicode cyclic"],
	"cyclic-ansi.pst":    psttest.Encoded["ansi cyclic"],
	"plain-ansi.pst":     psttest.Encoded["ansi plain"],
}

// made keeps what write has made, by name.
var made sync.Map

func write(t testing.TB, name string) []byte {
	b, ok := made.Load(name)
	if !ok {
		b, _ = made.LoadOrStore(name, writeAs(t, written[name]))
	}
	return slices.Clone(b.([]byte))
}

func writeAs(t testing.TB, o pst.CreateOptions) []byte {
	path := psttest.NewAs(t, o)
	f := psttest.Open(t, path)
	psttest.Edit(t, f, func(tx *pst.Tx) {
		folder, err := tx.Default(pst.ClassContact)
		require.NoError(t, err)
		for i := range 6 {
			c := psttest.Contact(fmt.Sprint("Contact ", i), "a note")
			switch i {
			case 3:
				c.Attachments = []pst.Attachment{psttest.FileAttachment("a.txt", psttest.Noise(5000))}
			case 4:
				c.Recipients = [][]pst.Property{psttest.Recipient("To One", 1), psttest.Recipient("To Two", 1), psttest.Recipient("Cc", 2)}
			case 5:
				inner := psttest.Appointment("inner", time.Date(2024, 2, 29, 9, 0, 0, 0, time.UTC))
				c.Attachments = []pst.Attachment{psttest.EmbeddedMessage(inner)}
			}
			_, err := tx.Create(folder, psttest.In(t, tx, c))
			require.NoError(t, err)
		}
	})
	require.NoError(t, f.Close())
	b, err := os.ReadFile(path)
	require.NoError(t, err)
	return b
}
