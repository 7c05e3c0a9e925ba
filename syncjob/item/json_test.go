package item_test

import (
	"encoding/json"
	"errors"
	"io"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/item"
)

func TestItem_JSON(t *testing.T) {
	it := &item.Item{
		Class:      "IPM.Contact",
		Props:      item.Props{"0x3001": item.String("Zoë"), "0x3002": {Type: item.TypeUnicode, Data: []byte{}}},
		Recipients: []item.Props{{"0x3001": item.String("Ada")}},
		Attachments: []item.Attachment{
			{Props: item.Props{"0x3701": {Type: item.TypeBinary, Large: largeOf([]byte("photo"))}}},
			{Embedded: &item.Item{Props: item.Props{"0x0037": item.String("inner")}}},
		},
	}
	b, err := json.Marshal(it)
	require.NoError(t, err)
	var back item.Item
	require.NoError(t, json.Unmarshal(b, &back))

	want, err := it.Digest(nil)
	require.NoError(t, err)
	got, err := back.Digest(nil)
	require.NoError(t, err)
	assert.Equal(t, want, got)
	assert.Equal(t, it.Class, back.Class)
}

func TestValue_Bytes(t *testing.T) {
	gone := errors.New("gone")
	_, err := item.Binary(make([]byte, 5)).Bytes(4)
	require.ErrorIs(t, err, item.ErrTooLarge)
	_, err = item.Value{Large: &item.Large{Size: item.MaxJSONValue + 1}}.MarshalJSON()
	require.ErrorIs(t, err, item.ErrTooLarge)
	_, err = item.Value{Large: &item.Large{Open: func() (io.ReadCloser, error) { return nil, gone }}}.Bytes(9)
	require.ErrorIs(t, err, gone)
	short := largeOf([]byte("ab"))
	short.Size = 3
	_, err = item.Value{Large: short}.Bytes(9)
	require.ErrorIs(t, err, io.ErrUnexpectedEOF)
	b, err := item.Value{Large: largeOf([]byte("ab"))}.Bytes(9)
	require.NoError(t, err)
	assert.Equal(t, "ab", string(b))
}
