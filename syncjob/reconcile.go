package syncjob

import (
	"fmt"
	"slices"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/mapi"
	"pstsyncd/syncjob/merge"
	"pstsyncd/syncjob/state"
)

// reconcile has merge decide, and takes out of its plan what is not to leave
// this desktop.
func (j *job) reconcile(tx *state.Tx, in merge.Input) (merge.Plan, error) {
	var failed error
	in.Approved = func(token string) bool {
		ok, err := tx.Approved(token)
		if err != nil {
			failed = err
		}
		given := slices.Index(j.res.Unknown, token)
		if given >= 0 {
			j.res.Unknown = slices.Delete(j.res.Unknown, given, given+1)
		}
		return ok || slices.Contains(j.opt.Approve, token)
	}
	j.res.Unknown = slices.Clone(j.opt.Approve)
	plan := merge.Reconcile(in)
	j.keepPrivate(&plan)
	return plan, failed
}

// keepPrivate drops the creation of private items in common. One that common
// had and lost stays here, as an item that only this desktop has. One that
// common has from before it was marked is held: nothing that is private now goes
// there, and what is there is for a person to take away.
func (j *job) keepPrivate(plan *merge.Plan) {
	kept := plan.Actions[:0]
	for _, a := range plan.Actions {
		if j.wouldTell(a) {
			plan.Holds = append(plan.Holds, merge.Hold{Pair: a.Pair, Folder: a.Folder, Ref: a.Ref, Reason: merge.NowPrivate})
			continue
		}
		if a.Do[common].Op == merge.Create && j.private[nidOf(a.Ref[local])] {
			j.res.Private++
			if a.Pair == 0 {
				continue
			}
			a.Do[common] = merge.Edit{}
			a.Agreed, a.Forget = nil, true
		}
		kept = append(kept, a)
	}
	plan.Actions = kept
}

// wouldTell reports whether the action changes an item of common that is not
// marked private into one that is.
func (j *job) wouldTell(a merge.Action) bool {
	if !j.private[nidOf(a.Ref[local])] || a.Do[common].Op != merge.Update {
		return false
	}
	return slices.ContainsFunc(a.Do[common].Set, func(k item.Key) bool {
		return k == item.KeySensitivity || k.Fold() == mapi.KeyPrivate.Fold()
	})
}

// report puts what the plan holds into the result.
func (j *job) report(plan merge.Plan) {
	j.res.Conflicts = plan.Conflicts()
	for _, f := range j.folders {
		if f.hold != "" {
			j.res.hold(Hold{Store: sideNames[f.holdAt], Folder: f.Path[f.holdAt], Reason: f.hold})
		}
	}
	for _, h := range plan.Holds {
		if f := j.folder(h.Folder); f == nil || f.hold == "" {
			j.res.hold(j.describe(h))
		}
	}
	for _, h := range plan.Halts {
		path := ""
		if f := j.folder(h.Folder); f != nil {
			path = f.Path[h.Side]
		}
		j.res.Halts = append(j.res.Halts, Halted{
			Store: sideNames[h.Side], Folder: path, Deletions: h.Deletions, Of: h.Of, Token: h.Token,
		})
	}
}

// describe says what is held, at the side that is the reason for it.
func (j *job) describe(h merge.Hold) Hold {
	at, reason := common, h.Reason.String()
	if h.Ref[common] == "" {
		at = local
	}
	for s := range h.Ref {
		if cause := j.reasons[s][nidOf(h.Ref[s])]; h.Reason == merge.UnreadableItem && cause != nil {
			at, reason = merge.Side(s), fmt.Sprintf("%s: %v", reason, cause)
		}
	}
	d := Hold{Store: sideNames[at], Item: fmt.Sprintf("%x", nidOf(h.Ref[at])), Reason: reason}
	if f := j.folder(h.Folder); f != nil {
		d.Folder = f.Path[at]
	}
	return d
}
