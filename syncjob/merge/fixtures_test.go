package merge_test

import (
	"fmt"
	"strings"

	"pstsyncd/syncjob/item"
	"pstsyncd/syncjob/merge"
)

// dig makes digests of "key=value" words. Keys of one or two letters stand for
// properties of no special meaning; sk, mod, class and gid for those that have one.
func dig(words string) merge.Digests {
	m := map[item.Key]item.Digest{}
	for _, w := range strings.Fields(words) {
		k, v, _ := strings.Cut(w, "=")
		m[key(k)] = val(v)
	}
	return item.ListDigests(m)
}

var special = map[string]item.Key{
	"sk": item.KeySearchKey, "mod": item.KeyModified, "class": item.KeyMessageClass,
	"gid":  "{6ed8da90-450b-101b-98da-00aa003f1305}/0x0003",
	"cgid": "{6ed8da90-450b-101b-98da-00aa003f1305}/0x0023",
}

func key(word string) item.Key {
	if k, ok := special[word]; ok {
		return k
	}
	return item.Key(word)
}

func word(k item.Key) string {
	for w, sk := range special {
		if sk == k {
			return w
		}
	}
	return string(k)
}

func val(s string) item.Digest {
	d, err := item.String(s).Digest()
	if err != nil {
		panic(err)
	}
	return d
}

// view makes a view from "ref key=value …"; "nat=" sets the natural key, "f=" the
// folder (1 if not given), "mod=" the time of modification as well as the property.
// "ref -" is gone, "ref ?" unreadable.
func view(words string) merge.View {
	fields := strings.Fields(words)
	v := merge.View{Ref: fields[0], Folder: 1}
	var props []string
	for _, w := range fields[1:] {
		k, x, _ := strings.Cut(w, "=")
		switch k {
		case "-":
			v.State = merge.Absent
		case "?":
			v.State = merge.Unreadable
		case "nat":
			v.Natural = val(x)
		case "f":
			fmt.Sscan(x, &v.Folder)
		default:
			if k == "mod" {
				fmt.Sscan(x, &v.Modified)
			}
			props = append(props, w)
		}
	}
	v.Digests = dig(strings.Join(props, " "))
	return v
}

func views(specs ...string) []merge.View {
	var vs []merge.View
	for _, s := range specs {
		vs = append(vs, view(s))
	}
	return vs
}

// base makes the base of pair n, whose refs are l<n> and r<n>.
func base(n int, folder merge.FolderID, words string) merge.Base {
	return merge.Base{
		Pair: merge.PairID(n), Folder: folder,
		Ref:     [2]string{fmt.Sprintf("l%d", n), fmt.Sprintf("r%d", n)},
		Digests: dig(words),
	}
}

// show writes a plan as one line for each action, hold and halt.
func show(p merge.Plan) []string {
	lines := []string{}
	for _, a := range p.Actions {
		lines = append(lines, showAction(a))
	}
	for _, h := range p.Holds {
		lines = append(lines, fmt.Sprintf("hold %s: %s", name(h.Pair, h.Ref), h.Reason))
	}
	for _, h := range p.Halts {
		lines = append(lines, fmt.Sprintf("halt f%d %s %d/%d", h.Folder, h.Side, h.Deletions, h.Of))
	}
	return lines
}

func name(pair merge.PairID, ref [2]string) string {
	return fmt.Sprintf("p%d(%s,%s)", pair, ref[0], ref[1])
}

func showAction(a merge.Action) string {
	var b strings.Builder
	b.WriteString(name(a.Pair, a.Ref))
	for s := merge.Left; s <= merge.Right; s++ {
		e := a.Do[s]
		if e.Op == merge.Nothing {
			continue
		}
		fmt.Fprintf(&b, " %s:%s", s, e.Op)
		for _, k := range e.Set {
			fmt.Fprintf(&b, "+%s", word(k))
		}
		for _, k := range e.Remove {
			fmt.Fprintf(&b, "-%s", word(k))
		}
		if e.Move {
			fmt.Fprintf(&b, ">f%d", a.Folder)
		}
	}
	for _, c := range a.Conflicts {
		fmt.Fprintf(&b, " conflict:%s:%s", word(c.Key), c.Winner)
	}
	if a.Forget {
		b.WriteString(" forget")
	}
	return b.String()
}

// empty reports whether nothing is to be done, recorded or looked at again.
func empty(p merge.Plan) bool { return len(p.Actions) == 0 && len(p.Holds) == 0 && len(p.Halts) == 0 }
