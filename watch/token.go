package watch

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
)

// headerSize is the length of the longest PST header in bytes (Unicode, [MS-PST] 2.2.2.6). It holds dwUnique, which
// every writer raises, and both B-tree roots.
const headerSize = 564

// Token names one state of a file: two equal tokens mean that nothing was committed in between. The zero Token means
// "not known" and matches no state. Tokens are comparable with ==.
type Token struct {
	size   int64 // of the whole file in bytes, sizeMissing for no file
	header [sha256.Size]byte
}

const sizeMissing = -1

// Missing is the state of a file that is not there.
var Missing = Token{size: sizeMissing}

// TokenOf reads the token from a descriptor that is already open. The daemon uses it on the claimed descriptor, while
// nobody else can write, and so names exactly the state it has left behind.
func TokenOf(f *os.File) (Token, error) {
	info, err := f.Stat()
	if err != nil {
		return Token{}, fmt.Errorf("read store state: %w", err)
	}
	if !info.Mode().IsRegular() {
		return Token{}, fmt.Errorf("read store state of %s: not a regular file", f.Name())
	}
	h := sha256.New()
	if _, err := io.Copy(h, io.NewSectionReader(f, 0, headerSize)); err != nil {
		return Token{}, fmt.Errorf("read store state: %w", err)
	}
	t := Token{size: info.Size()}
	h.Sum(t.header[:0])
	return t, nil
}

// ReadToken opens path for a moment and reads its token. A path that is not there gives Missing and no error. It does
// not wait for whoever holds the file: that is an error.
func ReadToken(path string) (Token, error) {
	f, err := openForLook(path)
	if errors.Is(err, fs.ErrNotExist) {
		return Missing, nil
	}
	if err != nil {
		return Token{}, fmt.Errorf("read store state: %w", err)
	}
	defer f.Close()
	return TokenOf(f)
}

// IsKnown says whether t names a state at all.
func (t Token) IsKnown() bool { return t != Token{} }

// String is a short form for logs.
func (t Token) String() string {
	switch {
	case !t.IsKnown():
		return "unknown"
	case t == Missing:
		return "missing"
	}
	return fmt.Sprintf("%d:%s", t.size, hex.EncodeToString(t.header[:6]))
}
