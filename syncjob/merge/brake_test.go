package merge_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"pstsyncd/syncjob/merge"
)

// folderOf returns n agreed items in folder 1, of which the left lost some.
func folderOf(n, lost int) merge.Input {
	in := merge.Input{Folders: map[merge.FolderID]merge.Folder{1: {Count: n}}}
	for i := 1; i <= n; i++ {
		in.Base = append(in.Base, base(i, 1, "a=1"))
		if i <= lost {
			in.Views[merge.Left] = append(in.Views[merge.Left], view(fmt.Sprintf("l%d -", i)))
		}
	}
	return in
}

func TestReconcile_Brake(t *testing.T) {
	tests := []struct {
		name    string
		n, lost int
		policy  merge.Policy
		halted  bool
	}{
		{name: "few of few: 10 of 10", n: 10, lost: 10},
		{name: "11 of 11", n: 11, lost: 11, halted: true},
		{name: "a quarter: 11 of 44", n: 44, lost: 11},
		{name: "more than a quarter: 11 of 43", n: 43, lost: 11, halted: true},
		{name: "many of very many: 100 of 1000", n: 1000, lost: 100},
		{name: "an emptied store", n: 1000, lost: 1000, halted: true},
		{name: "limits of one's own", n: 10, lost: 3, policy: merge.Policy{BrakeItems: 2, BrakePercent: 20}, halted: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			in := folderOf(tt.n, tt.lost)
			in.Policy = tt.policy
			plan := merge.Reconcile(in)
			if !tt.halted {
				assert.Empty(t, plan.Halts)
				assert.Len(t, plan.Actions, tt.lost)
				return
			}
			require.Len(t, plan.Halts, 1)
			h := plan.Halts[0]
			assert.Equal(t, merge.Halt{Folder: 1, Side: merge.Right, Deletions: tt.lost, Of: tt.n, Token: h.Token}, h)
			assert.NotEmpty(t, h.Token)
			assert.Empty(t, plan.Actions)
			assert.Len(t, plan.Holds, tt.lost)
			assert.Contains(t, show(plan), "hold p1(l1,r1): deletion waits for approval")
		})
	}
}

func TestReconcile_Brake_OnlyDeletionsOfThatFolderAndSide(t *testing.T) {
	in := folderOf(20, 18)
	in.Views[merge.Left] = append(in.Views[merge.Left], view("l19 a=2"), view("l99 a=9"))
	in.Views[merge.Right] = views("r20 -", "r1 a=7")
	in.Base = append(in.Base, base(90, 2, "a=1"))
	in.Views[merge.Left] = append(in.Views[merge.Left], view("l90 -"))
	plan := merge.Reconcile(in)
	require.Len(t, plan.Halts, 1)
	assert.Equal(t, 17, plan.Halts[0].Deletions)
	assert.Equal(t, []string{
		"p0(l99,) right:create",
		"p1(,r1) left:create", // changed on the right: not a deletion
		"p19(l19,r19) right:update+a",
		"p20(l20,) left:delete forget",
		"p90(,r90) right:delete forget",
	}, show(plan)[:5])
}

func TestReconcile_Brake_Approval(t *testing.T) {
	in := folderOf(20, 15)
	token := merge.Reconcile(in).Halts[0].Token
	in.Approved = func(t string) bool { return t == token }

	plan := merge.Reconcile(in)
	assert.Empty(t, plan.Halts)
	assert.Len(t, plan.Actions, 15)

	t.Run("the order of the items is nothing to approve", func(t *testing.T) {
		shuffled := in
		shuffled.Views[merge.Left] = slices.Clone(in.Views[merge.Left])
		slices.Reverse(shuffled.Views[merge.Left])
		assert.Empty(t, merge.Reconcile(shuffled).Halts)
	})
	t.Run("one more is another set", func(t *testing.T) {
		more := folderOf(20, 16)
		more.Approved = in.Approved
		halts := merge.Reconcile(more).Halts
		require.Len(t, halts, 1)
		assert.NotEqual(t, token, halts[0].Token)
	})
	t.Run("another folder is another set", func(t *testing.T) {
		other := folderOf(20, 15)
		for i := range other.Base {
			other.Base[i].Folder = 2
		}
		other.Folders[2] = merge.Folder{Count: 20}
		other.Approved = in.Approved
		assert.Len(t, merge.Reconcile(other).Halts, 1)
	})
	t.Run("the other side is another set", func(t *testing.T) {
		other := folderOf(20, 0)
		for i := 1; i <= 15; i++ {
			other.Views[merge.Right] = append(other.Views[merge.Right], view(fmt.Sprintf("r%d -", i)))
		}
		other.Approved = in.Approved
		assert.Len(t, merge.Reconcile(other).Halts, 1)
	})
}
