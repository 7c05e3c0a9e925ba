package pst_test

import (
	"bytes"
	"errors"
	"io"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/pst"
)

// TestString8Stream: a stream gives what the whole value would, also where its
// pieces end amid a character.
func TestString8Stream(t *testing.T) {
	for _, tt := range []struct {
		name string
		cp   int
		text string
	}{
		{"empty", 1252, ""},
		{"western", 1252, strings.Repeat("Käse für Žofie €\r\n", 500)},
		{"japanese", 932, strings.Repeat("a山田太郎ｱ", 900)},
		{"with a byte order mark", 65001, "\uFEFFx😀"},
		{"chinese", 950, strings.Repeat("a王小明€，", 900)},
		{"stateful", 50220, strings.Repeat("漢字 and ASCII ", 300)},
		{"four bytes", 54936, strings.Repeat("é😀中", 700)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			utf16 := pst.EncodeUTF16(tt.text)
			bytes8, err := pst.EncodeString8(tt.cp, tt.text)
			require.NoError(t, err)
			for _, slow := range []func(io.Reader) io.Reader{iotest.HalfReader, iotest.OneByteReader, iotest.DataErrReader} {
				r, err := pst.EncodeString8Stream(tt.cp, slow(bytes.NewReader(utf16)))
				require.NoError(t, err)
				encoded, err := io.ReadAll(r)
				require.NoError(t, err)
				assert.Equal(t, bytes8, append([]byte{}, encoded...))

				r, err = pst.DecodeString8Stream(tt.cp, slow(bytes.NewReader(bytes8)))
				require.NoError(t, err)
				decoded, err := io.ReadAll(r)
				require.NoError(t, err)
				assert.Equal(t, utf16, append([]byte{}, decoded...))
			}
		})
	}
}

func TestString8Stream_errors(t *testing.T) {
	_, err := pst.EncodeString8Stream(1, nil)
	require.ErrorIs(t, err, pst.ErrUnsupported)
	_, err = pst.DecodeString8Stream(1, nil)
	require.ErrorIs(t, err, pst.ErrUnsupported)

	r, err := pst.EncodeString8Stream(1252, bytes.NewReader(pst.EncodeUTF16(strings.Repeat("x", 9000)+"Ω")))
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.ErrorIs(t, err, pst.ErrCodePage)
	assert.NotContains(t, err.Error(), "Ω", "a text is nobody's business")

	broken := errors.New("broken")
	r, err = pst.EncodeString8Stream(1252, iotest.ErrReader(broken))
	require.NoError(t, err)
	_, err = io.ReadAll(r)
	require.ErrorIs(t, err, broken)
	assert.NotErrorIs(t, err, pst.ErrCodePage)
}
