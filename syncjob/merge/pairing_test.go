package merge_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"

	"pstsyncd/syncjob/merge"
)

func TestReconcile_FirstContact(t *testing.T) {
	tests := []struct {
		name        string
		left, right []merge.View
		want        []string
	}{
		{name: "one side is empty",
			left: views("l1 sk=A a=1", "l2 sk=B a=2"),
			want: []string{"p0(l1,) right:create", "p0(l2,) right:create"}},
		{name: "same search key, equal",
			left: views("l1 sk=A a=1"), right: views("r1 sk=A a=1"),
			want: []string{"p0(l1,r1)"}},
		{name: "same search key, each has what the other lacks",
			left: views("l1 sk=A a=1 b=1"), right: views("r1 sk=A a=1 c=1"),
			want: []string{"p0(l1,r1) left:update+c right:update+b"}},
		{name: "same search key, values differ",
			left: views("l1 sk=A a=1 mod=1"), right: views("r1 sk=A a=2 mod=2"),
			want: []string{"p0(l1,r1) left:update+mod+a conflict:a:right"}},
		{name: "same search key, another class",
			left: views("l1 sk=A class=contact a=1"), right: views("r1 sk=A class=task a=1"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
		{name: "same search key, another folder",
			left: views("l1 sk=A a=1"), right: views("r1 f=2 sk=A a=1"),
			want: []string{"p0(l1,) right:create", "p0(,r1) left:create"}},
		{name: "a search key that one side has twice says nothing",
			left: views("l1 sk=A a=1", "l2 sk=A a=2"), right: views("r1 sk=A a=3"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create", "p0(l2,) right:create"}},

		{name: "same global id, values differ",
			left: views("l1 sk=A gid=G a=1 mod=2"), right: views("r1 sk=B gid=G a=2 mod=1"),
			want: []string{"p0(l1,r1) right:update+mod+sk+a conflict:a:left"}},
		{name: "same clean global id only",
			left: views("l1 gid=G cgid=C a=1"), right: views("r1 gid=H cgid=C a=1 b=1"),
			want: []string{"p0(l1,r1) left:update+b right:update+gid conflict:gid:left"}},
		{name: "same global id twice on one side",
			left: views("l1 gid=G a=1", "l2 gid=G a=2"), right: views("r1 gid=G a=3"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create", "p0(l2,) right:create"}},

		{name: "same natural key, unique on both sides",
			left: views("l1 sk=A nat=john a=1"), right: views("r1 sk=B nat=john b=1"),
			want: []string{"p0(l1,r1) left:update+b right:update+sk+a"}},
		{name: "two of one name left, one right: nobody is taken for another",
			left: views("l1 sk=A nat=john a=1", "l2 sk=B nat=john a=2"), right: views("r1 sk=C nat=john a=3"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create", "p0(l2,) right:create"}},
		{name: "two of one name left, one right, of which one is known by its search key: the other stays alone",
			left: views("l1 sk=A nat=john a=1", "l2 sk=B nat=john a=2"), right: views("r1 sk=A nat=john a=1", "r2 sk=C nat=john a=3"),
			want: []string{"p0(,r2) left:create", "p0(l1,r1)", "p0(l2,) right:create"}},
		{name: "no natural key is not a common one",
			left: views("l1 sk=A a=1"), right: views("r1 sk=B a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
		{name: "same natural key, another class",
			left: views("l1 class=contact nat=john a=1"), right: views("r1 class=distlist nat=john a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},

		{name: "the search key goes before the natural key",
			left: views("l1 sk=A nat=john a=1", "l2 sk=B nat=jane a=2"), right: views("r1 sk=B nat=john a=1", "r2 sk=A nat=jane a=2"),
			want: []string{
				"p0(l1,r2) right:update+a conflict:a:left",
				"p0(l2,r1) right:update+a conflict:a:left",
			}},

		{name: "equal items, as many on both sides, with one search key",
			left: views("l1 sk=A a=1", "l2 sk=A a=1", "l3 sk=A a=1"), right: views("r1 sk=A a=1", "r2 sk=A a=1", "r3 sk=A a=1"),
			want: []string{"p0(l1,r1)", "p0(l2,r2)", "p0(l3,r3)"}},
		{name: "equal items, as many on both sides, with search keys of their own",
			left: views("l1 sk=A nat=j a=1", "l2 sk=B nat=j a=1"), right: views("r1 sk=C nat=j a=1", "r2 sk=D nat=j a=1"),
			want: []string{"p0(l1,r1) right:update+sk", "p0(l2,r2) right:update+sk"}},
		{name: "equal items, those that are equal in everything first",
			left: views("l1 sk=A mod=1 a=1", "l2 sk=A mod=2 a=1"), right: views("r1 sk=A mod=2 a=1", "r2 sk=A mod=1 a=1"),
			want: []string{"p0(l1,r2)", "p0(l2,r1)"}},
		{name: "equal items, more on one side: only the surplus is copied",
			left: views("l1 a=1", "l2 a=1", "l3 a=1"), right: views("r1 a=1"),
			want: []string{"p0(l1,r1)", "p0(l2,) right:create", "p0(l3,) right:create"}},
		{name: "equal items, one of which was changed on one side",
			left: views("l1 sk=A nat=j a=1", "l2 sk=A nat=j a=1"), right: views("r1 sk=A nat=j a=1", "r2 sk=A nat=j a=2 mod=1"),
			want: []string{"p0(l1,r1)", "p0(l2,r2) left:update+mod+a conflict:a:right"}},
		{name: "copies of one item that were made into different people",
			left: views("l1 sk=A nat=john a=1", "l2 sk=A nat=jane a=2"), right: views("r1 sk=A nat=john a=1", "r2 sk=A nat=bob a=3"),
			want: []string{"p0(,r2) left:create", "p0(l1,r1)", "p0(l2,) right:create"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := merge.Reconcile(merge.Input{
				Folders: map[merge.FolderID]merge.Folder{1: {First: true}, 2: {First: true}},
				Views:   [2][]merge.View{tt.left, tt.right},
			})
			assert.Equal(t, tt.want, show(plan))
		})
	}
}

// TestReconcile_NewOnBothSides pairs what appeared on both sides since the last
// run, when the rest of the folder is not at hand.
func TestReconcile_NewOnBothSides(t *testing.T) {
	tests := []struct {
		name        string
		left, right []merge.View
		want        []string
	}{
		{name: "the copy that a run made before it was killed",
			left: views("l1 sk=A nat=john a=1"), right: views("r1 sk=A nat=john a=1"),
			want: []string{"p0(l1,r1)"}},
		{name: "that copy, changed since",
			left: views("l1 sk=A nat=john a=1"), right: views("r1 sk=A nat=john a=2 mod=1"),
			want: []string{"p0(l1,r1) left:update+mod+a conflict:a:right"}},
		{name: "equal items without search keys",
			left: views("l1 a=1"), right: views("r1 a=1"),
			want: []string{"p0(l1,r1)"}},
		{name: "copies of a third item, made into different people",
			left: views("l1 sk=A nat=jane a=1"), right: views("r1 sk=A nat=bob a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
		{name: "one meeting, accepted on both sides",
			left: views("l1 sk=A gid=G nat=m a=1"), right: views("r1 sk=B gid=G nat=m b=1"),
			want: []string{"p0(l1,r1) left:update+b right:update+sk+a"}},
		{name: "copies of a meeting, put on different days",
			left: views("l1 gid=G nat=tue a=1"), right: views("r1 gid=G nat=fri a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
		{name: "only the name is the same: it may not be the only one of that name",
			left: views("l1 sk=A nat=john a=1"), right: views("r1 sk=B nat=john a=2"),
			want: []string{"p0(,r1) left:create", "p0(l1,) right:create"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := merge.Reconcile(merge.Input{Views: [2][]merge.View{tt.left, tt.right}})
			assert.Equal(t, tt.want, show(plan))
		})
	}
}

// TestReconcile_SixTimesTwelve has six contacts, each twelve times, on both
// sides: with search keys of their own, with one for each six, and with none.
func TestReconcile_SixTimesTwelve(t *testing.T) {
	for name, searchKey := range map[string]func(side string, n int) string{
		"kept by the copy":   func(_ string, n int) string { return fmt.Sprintf("sk=%d", n) },
		"of each side's own": func(side string, n int) string { return fmt.Sprintf("sk=%s%d", side, n) },
		"repeated":           func(_ string, n int) string { return fmt.Sprintf("sk=%d", n%6) },
		"absent":             func(string, int) string { return "" },
	} {
		t.Run("search keys "+name, func(t *testing.T) {
			in := merge.Input{Folders: map[merge.FolderID]merge.Folder{1: {First: true}}}
			for n := range 72 {
				for s, side := range []string{"l", "r"} {
					in.Views[s] = append(in.Views[s], view(fmt.Sprintf("%s%02d nat=%d a=%d %s", side, n, n%6, n%6, searchKey(side, n))))
				}
			}
			plan := merge.Reconcile(in)
			assert.Len(t, plan.Actions, 72)
			assert.Zero(t, plan.Conflicts())
			for _, a := range plan.Actions {
				assert.NotEmpty(t, a.Ref[merge.Left])
				assert.NotEmpty(t, a.Ref[merge.Right])
			}
		})
	}
}
