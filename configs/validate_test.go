package configs_test

import (
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/configs"
)

// usable is the smallest configuration that can be run.
func usable() configs.Config {
	c := configs.Default()
	c.Common, c.Local = "/office/common.pst", "/home/outlook.pst"
	return c
}

func TestValidate_DefaultsNeedOnlyTheStores(t *testing.T) {
	c := usable()
	require.NoError(t, c.Validate())
	c = configs.Default()
	err := c.Validate()
	require.ErrorContains(t, err, `common = "": want the path of the office's store`)
	require.ErrorContains(t, err, `local = "": want the path of this desktop's store`)
}

func TestValidate_EachField(t *testing.T) {
	for _, tc := range []struct {
		field string
		spoil func(c *configs.Config)
	}{
		{"local", func(c *configs.Config) { c.Local = c.Common }},
		{"map[0].common", func(c *configs.Config) { c.Map = []configs.Map{{Local: "Contacts"}} }},
		{"map[0].local", func(c *configs.Config) { c.Map = []configs.Map{{Common: "Contacts", Local: "/Contacts"}} }},
		{"map[1].local", func(c *configs.Config) {
			c.Map = []configs.Map{{Common: "A", Local: "Contacts"}, {Common: "B", Local: "contacts"}}
		}},
		{"watch.mode", func(c *configs.Config) { c.Watch.Mode = "often" }},
		{"watch.quiet", func(c *configs.Config) { c.Watch.Quiet = 2 }}, // quiet = 2 in the file is nanoseconds
		{"watch.ceiling", func(c *configs.Config) { c.Watch.Ceiling = time.Second }},
		{"watch.poll", func(c *configs.Config) { c.Watch.Poll = 0 }},
		{"watch.safety", func(c *configs.Config) { c.Watch.Safety = time.Second }},
		{"busy.initial", func(c *configs.Config) { c.Busy.Initial = -time.Second }},
		{"busy.max", func(c *configs.Config) { c.Busy.Max = time.Millisecond }},
		{"sync.conflict", func(c *configs.Config) { c.Sync.Conflict = "mine" }},
		{"sync.private", func(c *configs.Config) { c.Sync.Private = "" }},
		{"sync.readback", func(c *configs.Config) { c.Sync.Readback = "on" }},
		{"brake.items", func(c *configs.Config) { c.Brake.Items = 0 }},
		{"brake.percent", func(c *configs.Config) { c.Brake.Percent = 101 }},
		{"log.format", func(c *configs.Config) { c.Log.Format = "xml" }},
		{"log.level", func(c *configs.Config) { c.Log.Level = "all" }},
		{"log.max_size_mb", func(c *configs.Config) { c.Log.MaxSizeMB = 0 }},
		{"log.keep", func(c *configs.Config) { c.Log.Keep = -1 }},
	} {
		t.Run(tc.field, func(t *testing.T) {
			c := usable()
			tc.spoil(&c)
			err := c.Validate()
			var f *configs.FieldError
			require.True(t, errors.As(err, &f), "%v", err)
			assert.Equal(t, tc.field, f.Field)
			assert.NotEmpty(t, f.Want)
		})
	}
}

func TestValidate_TellsEverythingAtOnce(t *testing.T) {
	c := configs.Config{}
	joined, ok := c.Validate().(interface{ Unwrap() []error })
	require.True(t, ok)
	assert.GreaterOrEqual(t, len(joined.Unwrap()), 12)
}

func TestParseMap(t *testing.T) {
	m, err := configs.ParseMap("Contacts/Team=Contacts")
	require.NoError(t, err)
	assert.Equal(t, configs.Map{Common: "Contacts/Team", Local: "Contacts"}, m)
	for _, bad := range []string{"", "Contacts", "=Contacts", "Contacts="} {
		_, err := configs.ParseMap(bad)
		require.Error(t, err, bad)
	}
}
