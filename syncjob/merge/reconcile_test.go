package merge_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
)

// TestReconcile_OneItem merges one item that both sides know. The base is what
// both had; an empty side was not looked at.
func TestReconcile_OneItem(t *testing.T) {
	tests := []struct {
		name              string
		base, left, right string
		policy            merge.Policy
		want              string // "" for nothing to do
		agreed            string // of an item that goes on
	}{
		{name: "looked at, nothing changed", base: "a=1", left: "a=1", right: "a=1"},
		{name: "looked at on one side, nothing changed", base: "a=1", left: "a=1"},

		{name: "changed left", base: "a=1 b=1", left: "a=2 b=1",
			want: "p1(l1,r1) right:update+a", agreed: "a=2 b=1"},
		{name: "changed right", base: "a=1 b=1", right: "a=2 b=1",
			want: "p1(l1,r1) left:update+a", agreed: "a=2 b=1"},
		{name: "changed left, right looked at too", base: "a=1 b=1", left: "a=2 b=1", right: "a=1 b=1",
			want: "p1(l1,r1) right:update+a", agreed: "a=2 b=1"},
		{name: "added left", base: "a=1", left: "a=1 b=1",
			want: "p1(l1,r1) right:update+b", agreed: "a=1 b=1"},
		{name: "removed right", base: "a=1 b=1", right: "a=1",
			want: "p1(l1,r1) left:update-b", agreed: "a=1"},
		{name: "a list counts as a property", base: "attachments=1", left: "attachments=2",
			want: "p1(l1,r1) right:update+attachments", agreed: "attachments=2"},

		{name: "different properties on both sides", base: "a=1 b=1", left: "a=2 b=1", right: "a=1 b=2",
			want: "p1(l1,r1) left:update+b right:update+a", agreed: "a=2 b=2"},
		{name: "both to the same value: the base catches up", base: "a=1", left: "a=2", right: "a=2",
			want: "p1(l1,r1)", agreed: "a=2"},
		{name: "both added the same", base: "a=1", left: "a=1 b=2", right: "a=1 b=2",
			want: "p1(l1,r1)", agreed: "a=1 b=2"},
		{name: "both removed the same", base: "a=1 b=1", left: "a=1", right: "a=1",
			want: "p1(l1,r1)", agreed: "a=1"},

		{name: "conflict, left is newer", base: "a=1 mod=1", left: "a=2 mod=3", right: "a=3 mod=2",
			want: "p1(l1,r1) right:update+mod+a conflict:a:left", agreed: "a=2 mod=3"},
		{name: "conflict, right is newer", base: "a=1 mod=1", left: "a=2 mod=2", right: "a=3 mod=3",
			want: "p1(l1,r1) left:update+mod+a conflict:a:right", agreed: "a=3 mod=3"},
		{name: "conflict, both equally old", base: "a=1", left: "a=2", right: "a=3",
			want: "p1(l1,r1) right:update+a conflict:a:left", agreed: "a=2"},
		{name: "conflict, left preferred", base: "a=1 mod=1", left: "a=2 mod=2", right: "a=3 mod=3",
			policy: merge.Policy{Prefer: merge.PreferLeft},
			want:   "p1(l1,r1) left:update+mod right:update+a conflict:a:left", agreed: "a=2 mod=3"},
		{name: "conflict, right preferred", base: "a=1 mod=1", left: "a=2 mod=3", right: "a=3 mod=2",
			policy: merge.Policy{Prefer: merge.PreferRight},
			want:   "p1(l1,r1) left:update+a right:update+mod conflict:a:right", agreed: "a=3 mod=3"},
		{name: "conflict on one property, agreement on the rest", base: "a=1 b=1 c=1 d=1 mod=1",
			left: "a=2 b=2 c=1 d=9 mod=2", right: "a=3 b=1 c=2 d=9 mod=3",
			want: "p1(l1,r1) left:update+mod+a+c right:update+b conflict:a:right", agreed: "a=3 b=2 c=2 d=9 mod=3"},
		{name: "both added, differently", base: "x=1", left: "x=1 a=2 mod=2", right: "x=1 a=3 mod=1",
			want: "p1(l1,r1) right:update+mod+a conflict:a:left", agreed: "x=1 a=2 mod=2"},

		{name: "removed left, changed right: content is kept", base: "a=1 b=1 mod=1", left: "b=1 mod=9", right: "a=2 b=1 mod=2",
			want: "p1(l1,r1) left:update+a right:update+mod", agreed: "a=2 b=1 mod=9"},
		{name: "changed left, removed right: content is kept", base: "a=1 b=1", left: "a=2 b=1", right: "b=1",
			want: "p1(l1,r1) right:update+a", agreed: "a=2 b=1"},

		{name: "only the time of modification differs: no conflict", base: "a=1 mod=1", left: "a=1 mod=2", right: "a=1 mod=3",
			want: "p1(l1,r1) left:update+mod", agreed: "a=1 mod=3"},
		{name: "volatile properties are neither compared nor copied", base: "a=1", left: "a=2 v=1", right: "a=1 v=2",
			policy: merge.Policy{Volatile: func(k item.Key) bool { return k == "v" }},
			want:   "p1(l1,r1) right:update+a", agreed: "a=2"},
		{name: "a property that became volatile leaves the base quietly", base: "a=1 v=1", left: "a=1 v=2",
			policy: merge.Policy{Volatile: func(k item.Key) bool { return k == "v" }}},
		{name: "quiet properties are the caller's to name", base: "a=1 q=1", left: "a=1 q=2", right: "a=1 q=3",
			policy: merge.Policy{Quiet: func(k item.Key) bool { return k == "q" }},
			want:   "p1(l1,r1) right:update+q", agreed: "a=1 q=2"},

		{name: "gone left, not looked at right", base: "a=1", left: "-",
			want: "p1(,r1) right:delete forget"},
		{name: "gone right, unchanged left", base: "a=1", left: "a=1", right: "-",
			want: "p1(l1,) left:delete forget"},
		{name: "gone left, only touched right", base: "a=1 mod=1", left: "-", right: "a=1 mod=2",
			want: "p1(,r1) right:delete forget"},
		{name: "gone left, changed right: content is kept", base: "a=1", left: "-", right: "a=2",
			want: "p1(,r1) left:create", agreed: "a=2"},
		{name: "gone right, changed left: content is kept", base: "a=1", left: "b=1", right: "-",
			want: "p1(l1,) right:create", agreed: "b=1"},
		{name: "gone from both", base: "a=1", left: "-", right: "-", want: "p1(,) forget"},

		{name: "unreadable left", base: "a=1", left: "?", want: "hold p1(l1,r1): item can not be read"},
		{name: "unreadable left, gone right: never deleted", base: "a=1", left: "?", right: "-",
			want: "hold p1(l1,r1): item can not be read"},
		{name: "unreadable right, changed left", base: "a=1", left: "a=2", right: "?",
			want: "hold p1(l1,r1): item can not be read"},

		{name: "moved left", base: "a=1", left: "f=2 a=1", want: "p1(l1,r1) right:update>f2", agreed: "a=1"},
		{name: "moved right, changed left", base: "a=1", left: "a=2", right: "f=2 a=1",
			want: "p1(l1,r1) left:update>f2 right:update+a", agreed: "a=2"},
		{name: "moved and changed left", base: "a=1", left: "f=2 a=2",
			want: "p1(l1,r1) right:update+a>f2", agreed: "a=2"},
		{name: "moved by both to one folder", base: "a=1", left: "f=2 a=1", right: "f=2 a=1",
			want: "p1(l1,r1)", agreed: "a=1"},
		{name: "moved by both to different folders: the newer wins", base: "a=1 mod=1", left: "f=2 a=1 mod=1", right: "f=3 a=1 mod=2",
			want: "p1(l1,r1) left:update+mod>f3", agreed: "a=1 mod=2"},
		{name: "moved left, gone right: content is kept", base: "a=1", left: "f=2 a=1", right: "-",
			want: "p1(l1,) right:create", agreed: "a=1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := merge.Input{Base: []merge.Base{base(1, 1, tt.base)}, Policy: tt.policy}
			if tt.left != "" {
				in.Views[merge.Left] = views("l1 " + tt.left)
			}
			if tt.right != "" {
				in.Views[merge.Right] = views("r1 " + tt.right)
			}
			plan := merge.Reconcile(in)
			if tt.want == "" {
				assert.True(t, empty(plan), "%v", show(plan))
				return
			}
			assert.Equal(t, []string{tt.want}, show(plan))
			if tt.agreed != "" {
				assert.Equal(t, dig(tt.agreed), plan.Actions[0].Agreed)
			}
		})
	}
}

// TestReconcile_Items has many items, known and new, in folders 1 and 2.
func TestReconcile_Items(t *testing.T) {
	tests := []struct {
		name        string
		base        []merge.Base
		left, right []merge.View
		folders     map[merge.FolderID]merge.Folder
		want        []string
	}{
		{name: "nothing at all", want: []string{}},
		{name: "a new item on each side",
			left: views("l1 a=1"), right: views("r1 a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
		{name: "an item that came and went between two runs",
			left: views("l1 -"), want: []string{}},
		{name: "a base that nobody looked at", base: []merge.Base{base(1, 1, "a=1")}, want: []string{}},

		{name: "an unreadable item holds its folder and no other",
			base:  []merge.Base{base(1, 1, "a=1"), base(2, 1, "a=1"), base(3, 2, "a=1")},
			left:  views("l1 ?", "l2 a=2", "l3 f=2 a=2", "l4 a=7"),
			right: views("r5 a=8"),
			want: []string{
				"p3(l3,r3) right:update+a",
				"hold p0(,r5): folder is held", "hold p0(l4,): folder is held",
				"hold p1(l1,r1): item can not be read", "hold p2(l2,r2): folder is held",
			}},
		{name: "an unreadable item without a base holds its folder",
			base: []merge.Base{base(1, 1, "a=1")},
			left: views("l1 -", "l9 ?"),
			want: []string{"hold p0(l9,): item can not be read", "hold p1(l1,r1): folder is held"}},
		{name: "a folder held by the caller",
			base:    []merge.Base{base(1, 1, "a=1")},
			left:    views("l1 a=2"),
			folders: map[merge.FolderID]merge.Folder{1: {Held: true}},
			want:    []string{"hold p1(l1,r1): folder is held"}},
		{name: "no move into a held folder",
			base: []merge.Base{base(1, 1, "a=1")},
			left: views("l1 f=2 a=1", "l9 f=2 ?"),
			want: []string{"hold p1(l1,r1): folder is held", "hold p0(l9,): item can not be read"}},
		{name: "no move out of a held folder",
			base: []merge.Base{base(1, 1, "a=1")},
			left: views("l1 f=2 a=1", "l9 ?"),
			want: []string{"hold p0(l9,): item can not be read", "hold p1(l1,r1): folder is held"}},

		{name: "the store was rebuilt: same items under other names",
			base: []merge.Base{base(1, 1, "sk=A a=1"), base(2, 1, "sk=B a=1")},
			left: views("l1 -", "l2 -", "l7 sk=A a=1", "l8 sk=B a=2"),
			want: []string{"p1(l7,r1)", "p2(l8,r2) right:update+a"}},
		{name: "the store was rebuilt, and the folder is held: old and new name are looked at again",
			base: []merge.Base{base(1, 1, "sk=A a=1")},
			left: views("l1 -", "l7 sk=A a=2", "l9 ?"),
			want: []string{"hold p0(l7,): folder is held", "hold p0(l9,): item can not be read", "hold p1(l1,r1): folder is held"}},
		{name: "copied and deleted left, deleted right: the copy stays",
			base:  []merge.Base{base(1, 1, "sk=A a=1")},
			left:  views("l1 -", "l7 sk=A a=1"),
			right: views("r1 -"),
			want:  []string{"p0(l7,) right:create", "p1(,) forget"}},
		{name: "deleted, and a copy of another item made: not the same item",
			base: []merge.Base{base(1, 1, "sk=A a=1"), base(2, 1, "sk=B a=1")},
			left: views("l1 -", "l7 sk=B a=5"),
			want: []string{"p0(l7,) right:create", "p1(,r1) right:delete forget"}},
		{name: "which of two items has the name of the lost one is not guessed",
			base: []merge.Base{base(1, 1, "sk=A a=1")},
			left: views("l1 -", "l7 sk=A a=1", "l8 sk=A a=1"),
			want: []string{"p0(l7,) right:create", "p0(l8,) right:create", "p1(,r1) right:delete forget"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := merge.Input{Folders: tt.folders, Base: tt.base, Views: [2][]merge.View{tt.left, tt.right}}
			assert.Equal(t, tt.want, show(merge.Reconcile(in)))
		})
	}
}

func TestReconcile_OrderOfInputDoesNotMatter(t *testing.T) {
	in := merge.Input{Folders: map[merge.FolderID]merge.Folder{1: {First: true}, 2: {}}}
	for i := 1; i <= 30; i++ {
		in.Base = append(in.Base, base(i, merge.FolderID(1+i%2), "a=1"))
		in.Views[i%2] = append(in.Views[i%2], view(fmt.Sprintf("%s%d f=%d a=%d", []string{"l", "r"}[i%2], i, 1+i%2, i)))
		in.Views[0] = append(in.Views[0], view(fmt.Sprintf("n%d nat=%d sk=%d a=%d", i, i%7, i%11, i%3)))
		in.Views[1] = append(in.Views[1], view(fmt.Sprintf("m%d nat=%d sk=%d a=%d", i, i%5, i%13, i%3)))
	}
	want := merge.Reconcile(in)
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		rng.Shuffle(len(in.Base), func(i, j int) { in.Base[i], in.Base[j] = in.Base[j], in.Base[i] })
		for s := range in.Views {
			v := in.Views[s]
			rng.Shuffle(len(v), func(i, j int) { v[i], v[j] = v[j], v[i] })
		}
		assert.Equal(t, want, merge.Reconcile(in))
	}
}
