package configs_test

import (
	"encoding/xml"
	"errors"
	"io"
	"io/fs"
	"regexp"
	"strings"
	"testing"

	"github.com/BurntSushi/toml"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
)

func TestExample_IsTheDefaults(t *testing.T) {
	c, err := configs.Load(write(t, configs.Example), env())
	require.NoError(t, err)
	assert.Equal(t, configs.Default(), c)
}

func TestExample_HasEveryKeyInOrderWithAComment(t *testing.T) {
	var c map[string]any
	md, err := toml.Decode(configs.Example, &c)
	require.NoError(t, err)
	var names, asked []string
	for _, k := range md.Keys() {
		if md.Type(k...) != "Hash" {
			names = append(names, configs.EnvName(k.String()))
		}
	}
	_, err = configs.Load("", func(name string) string {
		asked = append(asked, name)
		return ""
	})
	require.NoError(t, err)
	assert.Equal(t, asked, names)
	for line := range strings.Lines(configs.Example) {
		if strings.Contains(line, " = ") && !strings.HasPrefix(line, "#") {
			assert.Regexp(t, `^\w+ += \S+ +# \S`, line)
		}
	}
}

func TestExample_ItsFolderPairsCanBeUncommented(t *testing.T) {
	text := regexp.MustCompile(`(?m)^# (\[\[map|common +=|local +=)`).ReplaceAllString(configs.Example, "$1")
	c, err := configs.Load(write(t, text), env())
	require.NoError(t, err)
	assert.Equal(t, []configs.Map{{Common: "Contacts/Team", Local: "Contacts"}}, c.Map)
}

func TestUnits_StartTheDaemon(t *testing.T) {
	for _, name := range []string{"systemd/pstsyncd.service", "launchd/pstsyncd.plist", "windows/pstsyncd-task.xml"} {
		t.Run(name, func(t *testing.T) {
			b, err := fs.ReadFile(configs.Units, name)
			require.NoError(t, err)
			assert.Regexp(t, `pstsyncd(\.exe)?"? run --config .*pstsyncd\.toml`, string(b))
			assert.Contains(t, string(b), "install:")
			if strings.HasSuffix(name, ".service") {
				return
			}
			d := xml.NewDecoder(strings.NewReader(string(b)))
			for err == nil {
				_, err = d.Token()
			}
			require.True(t, errors.Is(err, io.EOF), "%v", err)
		})
	}
}
