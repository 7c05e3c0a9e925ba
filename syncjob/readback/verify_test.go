package readback_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/readback"
	"pstsyncd/syncjob/readback/internal/forge"
)

const (
	nidItem = 0x200024
	tagName = 0x3001001F
	tagBody = 0x1000001F
)

// store is one item with a name, a body in a subnode, and two attachments.
func store() *forge.Store {
	attachment := func(data string) []byte {
		return forge.PC(0, forge.Record{Tag: 0x3701_0102, Data: []byte(data)})
	}
	return new(forge.Store).
		Node(nidItem, 0x10, 0x12).
		Block(0x10, forge.PC(0, forge.Record{Tag: tagBody, HNID: 0x1003F}, forge.Record{Tag: tagName, Data: []byte("Ann")})).
		Block(0x12, forge.Subnodes(0,
			forge.Subnode{NID: 0x8025, Data: 0x14},
			forge.Subnode{NID: 0x8045, Data: 0x18},
			forge.Subnode{NID: 0x1003F, Data: 0x1C})).
		Block(0x14, attachment("one")).
		Block(0x18, attachment("two")).
		Block(0x1C, []byte("body"))
}

func values(pairs ...any) map[uint32]readback.Value {
	m := map[uint32]readback.Value{}
	for i := 0; i < len(pairs); i += 2 {
		m[uint32(pairs[i].(int))] = readback.Of([]byte(pairs[i+1].(string)))
	}
	return m
}

func attachment(data string) readback.Want {
	return readback.Want{Props: values(0x3701_0102, data)}
}

func verify(t *testing.T, file []byte, l readback.Limits, wants ...readback.Want) readback.Report {
	t.Helper()
	r, err := readback.Verify(t.Context(), bytes.NewReader(file), int64(len(file)), slices.Values(wants), l)
	require.NoError(t, err)
	return r
}

func TestVerify_equal(t *testing.T) {
	r := verify(t, store().Bytes(), readback.Limits{},
		readback.Want{NID: nidItem, Props: values(tagName, "Ann", tagBody, "body")},
		readback.Want{NID: nidItem, Parts: true, Attachments: []readback.Want{attachment("two"), attachment("one")}},
		readback.Want{NID: nidItem, Props: map[uint32]readback.Value{0x3002001F: readback.Absent}},
		readback.Want{NID: nidItem + 0x20, Gone: true},
	)
	assert.NoError(t, r.Err())
	assert.Equal(t, 4, r.Items)
	assert.Equal(t, 6, r.Checked)
	assert.Equal(t, 6, r.Equal)
	assert.Zero(t, r.Unverified)
	assert.Positive(t, r.BytesRead)
	assert.LessOrEqual(t, r.BytesRead, int64(8<<10))
}

func TestVerify_mismatch(t *testing.T) {
	for _, tt := range []struct {
		name string
		want readback.Want
		says string
	}{
		{
			"value", readback.Want{NID: nidItem, Props: values(tagName, "Bob")},
			"item 0x200024 property 0x3001001f: wrote 3 bytes, sha256 cd9fb1e148ccd844, go-pst reads 3 bytes, sha256 17239b6e25011033",
		},
		{
			"missing", readback.Want{NID: nidItem, Props: values(0x3002_001F, "x")},
			"go-pst reads nothing",
		},
		{
			"still there", readback.Want{NID: nidItem, Props: map[uint32]readback.Value{tagName: readback.Absent}},
			"wrote nothing, go-pst reads 3 bytes",
		},
		{
			"type", readback.Want{NID: nidItem, Props: values(0x3001_001E, "Ann")},
			"another type",
		},
		{
			"item missing", readback.Want{NID: nidItem + 0x20},
			"item 0x200044: node 0x200044: not found",
		},
		{
			"item not deleted", readback.Want{NID: nidItem, Gone: true},
			"deleted, and still there",
		},
		{
			"attachment differs", readback.Want{NID: nidItem, Parts: true, Attachments: []readback.Want{attachment("one"), attachment("TWO")}},
			"item 0x200024/0x8045 property 0x37010102: wrote 3 bytes",
		},
		{
			"attachment missing", readback.Want{NID: nidItem, Parts: true, Attachments: []readback.Want{attachment("one"), attachment("two"), attachment("six")}},
			"attachment 2 is missing",
		},
		{
			"attachment too many", readback.Want{NID: nidItem, Parts: true, Attachments: []readback.Want{attachment("two")}},
			"1 attachments too many",
		},
		{
			"recipient missing", readback.Want{NID: nidItem, Parts: true, Recipients: []map[uint32]readback.Value{values(tagName, "Ann")}, Attachments: []readback.Want{attachment("one"), attachment("two")}},
			"recipient 0 is missing",
		},
		{
			"embedded missing", readback.Want{NID: nidItem, Embedded: &readback.Want{}},
			"embedded message is missing",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := verify(t, store().Bytes(), readback.Limits{}, tt.want)
			assert.Equal(t, 1, r.Mismatched)
			assert.Zero(t, r.Unverified)
			err := r.Err()
			require.ErrorIs(t, err, readback.ErrMismatch)
			assert.ErrorContains(t, err, tt.says)
		})
	}
}

// TestVerify_cannot: what go-pst cannot read is counted, and is no mismatch.
func TestVerify_cannot(t *testing.T) {
	pc := forge.PC(0, forge.Record{Tag: tagName, Data: []byte("Ann")})
	want := readback.Want{NID: nidItem, Props: values(tagName, "Ann")}
	for name, s := range map[string]*forge.Store{
		"cyclic":     {Crypt: 2},
		"BTH levels": new(forge.Store).Node(nidItem, 0x10, 0).Block(0x10, forge.PC(1, forge.Record{Tag: tagName})),
		"SIBLOCK":    new(forge.Store).Node(nidItem, 0x10, 0x12).Block(0x10, pc).Block(0x12, forge.Subnodes(1)),
	} {
		t.Run(name, func(t *testing.T) {
			r := verify(t, s.Bytes(), readback.Limits{}, want, want)
			assert.NoError(t, r.Err())
			assert.Equal(t, 2, r.Unverified)
			assert.Len(t, r.Reasons, 2)
			assert.EqualValues(t, nidItem, r.Reasons[0].NID)
			assert.Contains(t, r.Reasons[0].Reason, "go-pst cannot read this")
		})
	}
}

// bomb is a store with one item that cannot be read to its end, and one that can.
func bomb(blocks map[uint64][]byte) []byte {
	s := new(forge.Store).
		Node(nidItem, 0x12, 0).
		Node(nidItem+0x20, 0x10, 0).
		Block(0x10, forge.PC(0, forge.Record{Tag: tagName, Data: []byte("Ann")}))
	for bid, data := range blocks {
		s.Block(bid, data)
	}
	return s.Bytes()
}

// TestVerify_limits: an item that takes too much goes unverified, and the next
// one is verified all the same.
func TestVerify_limits(t *testing.T) {
	many := func(bid uint64) []uint64 { return slices.Repeat([]uint64{bid}, 1000) }
	for _, tt := range []struct {
		name   string
		file   []byte
		limits readback.Limits
		reason string
	}{
		{
			"time",
			bomb(map[uint64][]byte{
				0x12: forge.Tree(2, 0, many(0x16)...), 0x16: forge.Tree(2, 0, many(0x1A)...),
				0x1A: forge.Tree(2, 0, many(0x1E)...), 0x1E: forge.Tree(1, 0),
			}),
			readback.Limits{Time: 3 * time.Second}, // in which the next reader starts on a busy machine, too
			"reader stopped: took longer than 3s",
		},
		{
			"memory",
			bomb(map[uint64][]byte{0x12: forge.Tree(2, 0, 0x12)}),
			readback.Limits{},
			"reader outgrew its memory limit",
		},
		{
			"bytes",
			bomb(map[uint64][]byte{0x12: forge.Tree(2, 0, many(0x16)...), 0x16: forge.Tree(1, 0, many(0x10)...)}),
			readback.Limits{Bytes: 4 << 10},
			"reader stopped: read more than 4096 bytes beyond what was wanted",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := verify(t, tt.file, tt.limits,
				readback.Want{NID: nidItem},
				readback.Want{NID: nidItem + 0x20, Props: values(tagName, "Ann")})
			assert.NoError(t, r.Err())
			assert.Equal(t, 1, r.Unverified)
			assert.Equal(t, []readback.Unverifiable{{NID: nidItem, Reason: tt.reason}}, r.Reasons)
			assert.Equal(t, 1, r.Equal)
		})
	}
}

// TestVerify_givesUp: when every item kills the reader, it is not started for ever.
func TestVerify_givesUp(t *testing.T) {
	file := bomb(map[uint64][]byte{0x12: forge.Tree(1, 0, slices.Repeat([]uint64{0x10}, 1000)...)})
	wants := slices.Repeat([]readback.Want{{NID: nidItem}}, 10)
	r := verify(t, file, readback.Limits{Bytes: 1 << 10}, wants...)
	assert.Equal(t, 10, r.Unverified)
	assert.Contains(t, r.Reasons[9].Reason, "given up: reader stopped: read more than 1024 bytes")
}

// TestVerify_notChild: a program that does not call RunIfChild first would
// start itself for ever.
func TestVerify_notChild(t *testing.T) {
	t.Setenv("PSTSYNCD_READBACK_CHILD", "1")
	r := verify(t, store().Bytes(), readback.Limits{}, readback.Want{NID: nidItem})
	assert.Equal(t, 1, r.Unverified)
	assert.Contains(t, r.Reasons[0].Reason, "RunIfChild")
}

// TestVerify_garbage: whatever the bytes, an answer and no error.
func TestVerify_garbage(t *testing.T) {
	sound := store().Bytes()
	rnd := rand.New(rand.NewPCG(1, 2))
	var mutants int
	for range 40 {
		file := bytes.Clone(sound)
		for range 1 + rnd.IntN(40) {
			file[rnd.IntN(len(file))] = byte(rnd.Uint32())
		}
		r := verify(t, file, readback.Limits{}, readback.Want{
			NID: nidItem, Props: values(tagName, "Ann", tagBody, "body"),
			Parts: true, Attachments: []readback.Want{attachment("one"), attachment("two")},
		})
		assert.Equal(t, 1, r.Items)
		if r.Mismatched+r.Unverified > 0 {
			mutants++
		}
	}
	assert.Positive(t, mutants)
}

type failing struct {
	io.ReaderAt
	after int
}

var errDisk = errors.New("disk on fire")

func (f *failing) ReadAt(p []byte, off int64) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errDisk
	}
	return f.ReaderAt.ReadAt(p, off)
}

// TestVerify_readError: each read failing in turn is the caller's error, not a mismatch.
func TestVerify_readError(t *testing.T) {
	file := store().Bytes()
	wants := []readback.Want{{NID: nidItem, Props: values(tagName, "Ann", tagBody, "body")}}
	for i := 0; ; i++ {
		r, err := readback.Verify(t.Context(), &failing{bytes.NewReader(file), i}, int64(len(file)), slices.Values(wants), readback.Limits{})
		if err == nil {
			assert.Positive(t, i)
			assert.Equal(t, 2, r.Equal)
			return
		}
		require.ErrorIs(t, err, errDisk, fmt.Sprint(i))
		assert.Zero(t, r.Mismatched)
	}
}

func TestVerify_canceled(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	wants := func(yield func(readback.Want) bool) {
		if yield(readback.Want{NID: nidItem}) {
			cancel()
			yield(readback.Want{NID: nidItem})
		}
	}
	file := store().Bytes()
	r, err := readback.Verify(ctx, bytes.NewReader(file), int64(len(file)), wants, readback.Limits{})
	assert.ErrorIs(t, err, context.Canceled)
	assert.Equal(t, 2, r.Items)
}
