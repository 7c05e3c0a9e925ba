package syncjob_test

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/pst/psttest"
)

const (
	largeValue  = 50 << 20 // bytes
	largeMemory = 20 << 20 // bytes that a job may take beyond what was in use before
)

// TestRun_LargeValues: an item with a file of 50 MB, or with a text of that size, is
// copied, changed and replaced without ever being held in memory.
func TestRun_LargeValues(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: 50 MB are copied to and fro: run without -short")
	}
	for _, tt := range []struct{ name, common, local string }{
		{"file", "unicode", "unicode"},
		{"file", "ansi", "ansi"},
		{"text", "unicode", "unicode"},
		{"text", "unicode", "ansi"},
		{"text", "ansi", "unicode"},
	} {
		t.Run(tt.name+" in "+tt.local+" to "+tt.common, func(t *testing.T) {
			if tt.common != tt.local && !*huge {
				t.Skip("SKIPPED: converting 50 MB takes long: run with -huge")
			}
			d := newDesk(t, "", "")
			d.path[atCommon] = psttest.NewAs(t, psttest.Formats[tt.common])
			d.path[atLocal] = psttest.NewAs(t, psttest.Formats[tt.local])
			d.edit(atLocal, func(f *pst.File, tx *pst.Tx) {
				folder, err := f.Default(pst.ClassContact)
				require.NoError(t, err)
				c := psttest.In(t, tx, psttest.Contact("large", ""))
				e := largeEdit(t, tx, tt.name, largeValue)
				c.Props = append(c.Props, e.Set...)
				if e.Attachments != nil {
					c.Attachments = *e.Attachments
				}
				_, err = tx.Create(folder, c)
				require.NoError(t, err)
			})
			d.flat("common 1/0/0, local 0/0/0")
			d.edit(atLocal, func(f *pst.File, tx *pst.Tx) {
				phone := psttest.PropsIn(t, tx, psttest.Text(0x3A1C001F, "+43 1 234567"))
				require.NoError(t, tx.Update(d.onlyContact(f), pst.Edit{Set: phone}))
			})
			d.flat("common 0/1/0, local 0/0/0")
			d.edit(atCommon, func(f *pst.File, tx *pst.Tx) {
				require.NoError(t, tx.Update(d.onlyContact(f), largeEdit(t, tx, tt.name, largeValue+2)))
			})
			d.flat("common 0/0/0, local 0/1/0")
			for _, path := range d.path {
				assert.Empty(t, findings(t, path))
			}
		})
	}
}

// TestRun_ChangeBesideLargeValue: who changes the telephone number of a contact does not
// pay for the photo, on either side.
func TestRun_ChangeBesideLargeValue(t *testing.T) {
	for _, format := range []string{"unicode", "ansi"} {
		t.Run(format, func(t *testing.T) {
			const photo = 2 << 20
			d := newDesk(t, "", "")
			for s := range d.path {
				d.path[s] = psttest.NewAs(t, psttest.Formats[format])
			}
			d.edit(atLocal, func(f *pst.File, tx *pst.Tx) {
				folder, err := f.Default(pst.ClassContact)
				require.NoError(t, err)
				c := psttest.In(t, tx, psttest.Contact("with a photo", ""))
				c.Attachments = *largeEdit(t, tx, "file", photo).Attachments
				inner := psttest.In(t, tx, psttest.Contact("a message with a photo", ""))
				inner.Attachments = c.Attachments
				c.Attachments = append(c.Attachments, pst.Attachment{Props: []pst.Property{}, Embedded: &inner})
				_, err = tx.Create(folder, c)
				require.NoError(t, err)
			})
			d.flat("common 1/0/0, local 0/0/0")
			for i, s := range []int{atLocal, atCommon, atCommon, atLocal} {
				d.edit(s, func(f *pst.File, tx *pst.Tx) {
					phone := psttest.PropsIn(t, tx, psttest.Text(0x3A1C001F, fmt.Sprint("+43 1 ", i)))
					require.NoError(t, tx.Update(d.onlyContact(f), pst.Edit{Set: phone}))
				})
				r := d.flat([]string{atLocal: "common 0/1/0, local 0/0/0", atCommon: "common 0/0/0, local 0/1/0"}[s])
				assert.Less(t, r.Common.BytesRead, int64(changeReads))
				assert.Less(t, r.Local.BytesRead, int64(changeReads))
			}
			d.edit(atCommon, func(f *pst.File, tx *pst.Tx) {
				e := largeEdit(t, tx, "file", photo)
				e.Attachments = &[]pst.Attachment{(*e.Attachments)[0]}
				(*e.Attachments)[0].Props[1] = psttest.Bytes(psttest.TagFileData, bytes.Repeat([]byte{7}, photo))
				require.NoError(t, tx.Update(d.onlyContact(f), e))
			})
			d.settle("common 0/0/0, local 0/1/0") // the history keeps the old photo, in memory first
			for _, path := range d.path {
				assert.Empty(t, findings(t, path))
			}
		})
	}
}

// largeEdit gives an item one value of n bytes, in Unicode stores at least.
func largeEdit(t *testing.T, tx *pst.Tx, kind string, n int64) pst.Edit {
	if kind == "text" {
		return pst.Edit{Set: []pst.Property{textStream(psttest.TextTag(tx, psttest.TagBody), n)}}
	}
	file := psttest.PropsIn(t, tx, psttest.Text(psttest.TagLongName, "large.bin"))
	file = append(file, psttest.Stream(psttest.TagFileData, n))
	return pst.Edit{Attachments: &[]pst.Attachment{{Props: file}}}
}

// textStream is a text of n bytes that is given as a stream.
func textStream(tag pst.Tag, n int64) pst.Property {
	return pst.Property{Tag: tag, Large: &pst.Large{Size: n, Open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.LimitReader(&letters{wide: tag.Type() == pst.TypeUnicode}, n)), nil
	}}}
}

// letters is an endless text, in ASCII or UTF-16.
type letters struct {
	at   int
	wide bool
}

func (l *letters) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte('a' + l.at/2%26)
		if l.wide && l.at%2 == 1 {
			b[i] = 0
		}
		l.at++
	}
	return len(b), nil
}

// flat is settle in little memory.
func (d *desk) flat(did string) syncjob.Result {
	d.t.Helper()
	stop := psttest.WatchLive()
	r := d.settle(did)
	grown := stop()
	assert.Less(d.t, grown, uint64(largeMemory), "bytes of memory")
	d.t.Logf("%s: %d KiB of memory", did, grown>>10)
	return r
}

// settle runs a job that does what did says, after which both stores have the same large
// values.
func (d *desk) settle(did string) syncjob.Result {
	d.t.Helper()
	r, err := d.try()
	require.NoError(d.t, err)
	require.True(d.t, r.Settled(), "%+v", r)
	assert.Equal(d.t, did, tally(r))
	assert.Zero(d.t, r.Unverified)
	assert.Equal(d.t, d.largeSums(atLocal), d.largeSums(atCommon))
	return r
}

func (d *desk) onlyContact(f *pst.File) (only pst.NID) {
	folder, err := f.Default(pst.ClassContact)
	require.NoError(d.t, err)
	for row, err := range f.Items(folder) {
		require.NoError(d.t, err)
		require.Zero(d.t, only)
		only = row.NID
	}
	return only
}

// largeSums are digests of the values of the only contact that are not in memory, texts
// as ASCII.
func (d *desk) largeSums(s int) (sums [][]byte) {
	f := d.look(s)
	defer f.Close()
	m, err := f.Message(d.onlyContact(f))
	require.NoError(d.t, err)
	props := m.Props
	for _, a := range m.Attachments {
		props = append(props, a.Props...)
		if a.Embedded != nil {
			props = append(props, a.Embedded.Attachments[0].Props...)
		}
	}
	for _, p := range props {
		if p.Large == nil {
			continue
		}
		r, err := p.Large.Open()
		require.NoError(d.t, err)
		h := sha256.New()
		if p.Tag.Type() == pst.TypeUnicode {
			_, err = io.Copy(narrow{h}, r)
		} else {
			_, err = io.Copy(h, r)
		}
		require.NoError(d.t, err)
		sums = append(sums, h.Sum(nil))
	}
	require.NotEmpty(d.t, sums)
	return sums
}

// narrow passes every byte on but those that are 0.
type narrow struct{ w io.Writer }

func (n narrow) Write(b []byte) (int, error) {
	kept := make([]byte, 0, len(b))
	for _, c := range b {
		if c != 0 {
			kept = append(kept, c)
		}
	}
	_, err := n.w.Write(kept)
	return len(b), err
}
