package configs_test

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/configs"
)

// FuzzLoad reads any text as a configuration: it is refused, with the name of the file
// in the error, or read the same again.
func FuzzLoad(f *testing.F) {
	f.Add(configs.Example)
	f.Add("common = \"a\"\nlocal = 'b'\n[watch]\nquiet = \"5s\"\npoll = \"1h\"\n[[map]]\ncommon = \"x\"\nlocal = \"y\"\n[brake]\nitems = -1\n")
	f.Add("[[map]]\n[[map]]\ncommon = 7\n")
	f.Fuzz(func(t *testing.T, text string) {
		path := write(t, text)
		c, err := configs.Load(path, env())
		if err != nil {
			assert.ErrorContains(t, err, path)
			return
		}
		again, err := configs.Load(path, env())
		assert.NoError(t, err)
		assert.Equal(t, c, again)
		_ = c.Validate()
	})
}
