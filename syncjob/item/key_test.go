package item_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
)

// psetidAddress as it is stored: the first three fields little-endian.
var psetidAddress = [16]byte{0x04, 0x20, 0x06, 0, 0, 0, 0, 0, 0xC0, 0, 0, 0, 0, 0, 0, 0x46}

func TestKey_RoundTrip(t *testing.T) {
	const set = "{00062004-0000-0000-c000-000000000046}"
	tests := []struct {
		name string
		key  item.Key
		want string
		back item.Parsed
	}{
		{"tagged", item.TagKey(0x3001), "0x3001", item.Parsed{ID: 0x3001}},
		{"tagged, letters", item.TagKey(0x0E1D), "0x0E1D", item.Parsed{ID: 0x0E1D}},
		{"numbered", item.NamedKey(psetidAddress, 0x8005), set + "/0x8005", item.Parsed{Named: true, GUID: psetidAddress, ID: 0x8005}},
		{"numbered, 32 bits", item.NamedKey(psetidAddress, 0x12345), set + "/0x12345", item.Parsed{Named: true, GUID: psetidAddress, ID: 0x12345}},
		{"string", item.NameKey(psetidAddress, "Keywords"), set + "/Keywords", item.Parsed{Named: true, GUID: psetidAddress, Name: "Keywords"}},
		{"string with slash", item.NameKey(psetidAddress, "http://x/0x1"), set + "/http://x/0x1", item.Parsed{Named: true, GUID: psetidAddress, Name: "http://x/0x1"}},
		{"string like a number", item.NameKey(psetidAddress, "0x8005"), set + "/'0x8005", item.Parsed{Named: true, GUID: psetidAddress, Name: "0x8005"}},
		{"string with apostrophe", item.NameKey(psetidAddress, "'s"), set + "/''s", item.Parsed{Named: true, GUID: psetidAddress, Name: "'s"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			assert.Equal(t, tt.want, string(tt.key))
			back, err := tt.key.Parse()
			require.NoError(t, err)
			assert.Equal(t, tt.back, back)
			assert.Equal(t, tt.key, back.Key())
		})
	}
}

func TestKey_Parse_Malformed(t *testing.T) {
	for _, k := range []item.Key{
		"", "3001", "0x30", "0xZZZZ", "0x12345", item.KeyRecipients, "{}", "{}/x",
		"{00062004-0000-0000-c000-000000000046}", "{00062004-0000-0000-c000-000000000046}/",
		"{00062004-0000-0000-c000-000000000046}/0x", "{00062004-0000-0000-c000_000000000046}/x",
		"{0006200g-0000-0000-c000-000000000046}/x",
	} {
		_, err := k.Parse()
		assert.Error(t, err, "%q", k)
	}
}

func TestKey_Fold(t *testing.T) {
	fold := func(name string) item.Key { return item.NameKey(psetidAddress, name).Fold() }
	assert.Equal(t, fold("keywords"), fold("KeyWords"))
	assert.Equal(t, fold("a/0xab"), fold("A/0xAB"))
	assert.Equal(t, fold("0xab"), fold("0xAB"))
	assert.Equal(t, item.TagKey(0x300B), item.TagKey(0x300B).Fold())
	assert.Equal(t, item.NamedKey(psetidAddress, 0x80AB), item.NamedKey(psetidAddress, 0x80AB).Fold())
	assert.Equal(t, item.KeyAttachments, item.KeyAttachments.Fold())
}

func TestMustGUID(t *testing.T) {
	assert.Equal(t, psetidAddress, item.MustGUID("{00062004-0000-0000-C000-000000000046}"))
	assert.Panics(t, func() { item.MustGUID("00062004") })
}
