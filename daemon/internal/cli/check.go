package cli

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"pstsyncd/lockmgr"
	"pstsyncd/syncjob/pst"
	"pstsyncd/syncjob/vfs"
)

func (a *app) check() *cobra.Command {
	v := checkVerb{app: a}
	c := &cobra.Command{
		Use:   "check STORE",
		Short: "look for damage",
		Long: `Read a store from end to end, also one that the other verbs refuse, and print
every problem found, one a line. Nothing is written. Warnings alone are exit code
0: they are oddities that Outlook puts up with.

With --repair-maps the store is copied to COPY, which must not exist, and the
allocation maps are computed anew in the copy from what the store refers to. That
mends a store whose last writer was cut off, and nothing else: one with damage in
its trees is refused, and what is wrong with items stays. What is printed is then
the check of the copy. The store itself is only read.

` + exitCodes,
		Args: exactly("STORE"),
		RunE: func(c *cobra.Command, args []string) error {
			if err := v.run(c.Context(), args[0]); err != nil {
				return fmt.Errorf("check %s: %w", args[0], err)
			}
			return nil
		},
	}
	c.Flags().BoolVar(&v.json, "json", false, "one JSON object a line for each problem")
	c.Flags().StringVar(&v.copy, "repair-maps", "", "rebuild the allocation maps in a new `COPY` of the store, and check that")
	return c
}

// checkVerb is one run of check.
type checkVerb struct {
	*app
	json bool
	copy string // where the copy with new maps goes, empty for none
}

func (v *checkVerb) run(ctx context.Context, path string) (err error) {
	if v.copy != "" {
		if err := v.repair(ctx, path); err != nil {
			return err
		}
		path = v.copy
	}
	claim, release, err := claim(ctx, path, lockmgr.Read)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	return v.report(ctx, claimedFS{vfs.OS, claim}, path)
}

// repair makes the copy.
func (v *checkVerb) repair(ctx context.Context, path string) (err error) {
	claim, release, err := claim(ctx, path, lockmgr.Read)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, release()) }()
	p := v.display("copying")
	defer p.clear()
	return pst.RepairMaps(ctx, vfs.OS, vfs.FromOS(claim.File()), path, v.copy, p.report)
}

// report prints each problem as it is found; in the end damage is an error.
func (v *checkVerb) report(ctx context.Context, fsys vfs.FS, path string) error {
	p := v.display("checking")
	defer p.clear()
	found, codes := map[pst.Severity]int{}, map[string]int{}
	for problem := range pst.Check(ctx, fsys, path, p.report) {
		found[problem.Severity]++
		codes[problem.Code]++
		p.clear()
		if err := v.print(problem); err != nil {
			return err
		}
	}
	if err := ctx.Err(); err != nil {
		return err
	}
	if len(codes) > 0 && !v.json {
		p.clear()
		v.say("found: %s", summary(codes))
	}
	if found[pst.Error] > 0 {
		return fmt.Errorf("%w: %d errors, %d warnings", errProblems, found[pst.Error], found[pst.Warning])
	}
	return nil
}

// summary counts the problems by their codes, the most frequent first.
func summary(codes map[string]int) string {
	names := slices.SortedFunc(maps.Keys(codes), func(a, b string) int {
		return cmp.Or(cmp.Compare(codes[b], codes[a]), cmp.Compare(a, b))
	})
	for i, name := range names {
		names[i] = fmt.Sprintf("%d %s", codes[name], name)
	}
	return strings.Join(names, ", ")
}

// display shows progress to people, not to what reads JSON.
func (v *checkVerb) display(what string) *progress {
	if v.json {
		return nil
	}
	return v.progress(what)
}

func (v *checkVerb) print(p pst.Problem) error {
	if !v.json {
		_, err := fmt.Fprintln(v.Stdout, p)
		return err
	}
	return json.NewEncoder(v.Stdout).Encode(struct {
		Severity string `json:"severity"`
		Code     string `json:"code"`
		Where    string `json:"where"`
		Detail   string `json:"detail"`
		Ref      string `json:"ref,omitempty"`
	}{p.Severity.String(), p.Code, p.Where, p.Detail, p.Ref})
}

// claimedFS opens the claimed file by the descriptor that the claim is on.
type claimedFS struct {
	vfs.FS
	claim *lockmgr.Claim
}

// Open gives the claimed file, whatever the name; closing that ends the claim.
func (c claimedFS) Open(string) (vfs.File, error) { return vfs.FromOS(c.claim.File()), nil }
