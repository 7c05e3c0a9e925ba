package merge_test

import (
	"errors"
	"io"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
)

const (
	fileUnder item.Key = "{00062004-0000-0000-c000-000000000046}/0x8005"
	email1    item.Key = "{00062004-0000-0000-c000-000000000046}/0x8083"
	members   item.Key = "{00062004-0000-0000-c000-000000000046}/0x8055"
	start     item.Key = "{00062002-0000-0000-c000-000000000046}/0x820D"
	end       item.Key = "{00062002-0000-0000-c000-000000000046}/0x820E"
)

func props(kv ...any) item.Props {
	p := item.Props{}
	for i := 0; i < len(kv); i += 2 {
		k, ok := kv[i].(item.Key)
		if !ok {
			k = item.Key(kv[i].(string))
		}
		switch v := kv[i+1].(type) {
		case string:
			p[k] = item.String(v)
		case time.Time:
			p[k] = item.Time(v)
		case []byte:
			p[k] = item.Binary(v)
		}
	}
	return p
}

func natural(t *testing.T, class string, p item.Props) item.Digest {
	t.Helper()
	d, err := merge.NaturalKey(&item.Item{Class: class, Props: p})
	require.NoError(t, err)
	return d
}

func TestNaturalKey(t *testing.T) {
	nine, ten := time.Date(2021, 5, 6, 9, 0, 0, 0, time.UTC), time.Date(2021, 5, 6, 10, 0, 0, 0, time.UTC)
	tests := []struct {
		name  string
		class string
		a, b  item.Props
		same  bool
	}{
		{"name, mail and company", "IPM.Contact",
			props("0x3001", "John Smith", email1, "j@x.example", "0x3A16", "X", "0x3A1C", "1"),
			props("0x3001", " john  SMITH", email1, "J@x.example", "0x3A16", "X", "0x3A1C", "2"), true},
		{"another company", "IPM.Contact",
			props("0x3001", "John Smith", "0x3A16", "X"), props("0x3001", "John Smith", "0x3A16", "Y"), false},
		{"another mail", "IPM.Contact",
			props("0x3001", "John Smith", email1, "j@x.example"), props("0x3001", "John Smith", email1, "j@y.example"), false},
		{"mail on one side only", "IPM.Contact",
			props("0x3001", "John Smith", email1, "j@x.example"), props("0x3001", "John Smith"), false},
		{"only the name", "IPM.Contact",
			props("0x3001", "John Smith"), props("0x3001", "John Smith", "0x3A17", "Boss"), true},
		{"only the name, another telephone", "IPM.Contact",
			props("0x3001", "John Smith", "0x3A1C", "1"), props("0x3001", "John Smith", "0x3A1C", "2"), false},
		{"file-as stands in for the name", "IPM.Contact",
			props(fileUnder, "Smith, John"), props(fileUnder, "Smith, John", "0x3A17", "Boss"), true},
		{"given name and surname stand in", "IPM.Contact",
			props("0x3A06", "John", "0x3A11", "Smith"), props("0x3A06", "Smith", "0x3A11", "John"), false},
		{"parts do not run into each other", "IPM.Contact",
			props("0x3001", "ab", email1, "c"), props("0x3001", "a", email1, "bc"), false},

		{"subject and times", "IPM.Appointment",
			props("0x0037", "\x01\x01Lunch", start, nine, end, ten), props("0x0037", "lunch", start, nine, end, ten), true},
		{"another day", "IPM.Appointment",
			props("0x0037", "Lunch", start, nine, end, ten), props("0x0037", "Lunch", start, nine.AddDate(0, 0, 1), end, ten), false},

		{"list with the same members", "IPM.DistList",
			props("0x3001", "Team", members, []byte{1}), props("0x3001", "Team", members, []byte{1}), true},
		{"list with other members", "IPM.DistList",
			props("0x3001", "Team", members, []byte{1}), props("0x3001", "Team", members, []byte{2}), false},

		{"subject and body", "IPM.StickyNote",
			props("0x0037", "Milk", "0x1000", "Milk and bread"), props("0x0037", "Milk", "0x1000", "Milk and bread"), true},
		{"another body", "IPM.StickyNote",
			props("0x0037", "Milk", "0x1000", "Milk"), props("0x0037", "Milk", "0x1000", "Bread"), false},
		{"another time of sending", "IPM.Note",
			props("0x0037", "Hi", "0x0039", nine), props("0x0037", "Hi", "0x0039", ten), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a, b := natural(t, tt.class, tt.a), natural(t, tt.class, tt.b)
			assert.NotZero(t, a)
			assert.Equal(t, tt.same, a == b)
			assert.NotEqual(t, a, natural(t, tt.class+".Other", tt.a), "the class counts")
		})
	}
}

func TestNaturalKey_None(t *testing.T) {
	for _, class := range []string{"IPM.Contact", "IPM.DistList", "IPM.Appointment", "IPM.Task", "IPM.StickyNote", "IPM.Note"} {
		assert.Zero(t, natural(t, class, props("0x300B", []byte{1}, "0x0037", "\x01\x01")), class)
	}
}

func TestNewView(t *testing.T) {
	when := time.Date(2021, 5, 6, 9, 0, 0, 0, time.UTC)
	it := &item.Item{Class: "IPM.Contact", Props: props("0x3001", "John", "0x3008", when, "0x0E08", "9")}
	p := merge.Policy{Volatile: func(k item.Key) bool { return k == "0x0E08" }}
	v, err := merge.NewView("200024", 7, it, p)
	require.NoError(t, err)
	assert.Equal(t, "200024", v.Ref)
	assert.Equal(t, merge.FolderID(7), v.Folder)
	assert.Equal(t, merge.Present, v.State)
	assert.Equal(t, item.FileTime(when), v.Modified)
	assert.Equal(t, natural(t, "IPM.Contact", it.Props), v.Natural)
	require.Len(t, v.Digests, 2)
	_, ok := v.Digests.Get("0x3001")
	assert.True(t, ok)
	_, ok = v.Digests.Get("0x0E08")
	assert.False(t, ok)

	broken := errors.New("broken")
	it.Props["0x1000"] = item.Value{Type: item.TypeUnicode, Large: &item.Large{Size: 1, Open: func() (io.ReadCloser, error) { return nil, broken }}}
	_, err = merge.NewView("200024", 7, it, p)
	require.ErrorIs(t, err, broken)
}
